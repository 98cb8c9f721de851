/** Our own drawings of things that a shop might sell. */
export const machine = `<svg viewBox="0 0 200 200" aria-hidden="true"><rect class="a" x="38" y="20" width="124" height="160" rx="14"/><rect class="b" x="38" y="20" width="124" height="36" rx="14"/><circle class="a" cx="140" cy="38" r="8"/><rect class="c" x="52" y="33" width="40" height="10" rx="5"/><circle class="c" cx="100" cy="116" r="46"/><circle class="d" cx="100" cy="116" r="36"/><path class="e" d="M70 122c14-12 24 10 40-2 8-6 14-6 20-3a34 34 0 0 1-60 20z"/></svg>`

const line = (shape: string) =>
  `<svg class="line" viewBox="0 0 100 100" aria-hidden="true">${shape}</svg>`

/** Word, price, drawing. */
export const wares: [string, string, string][] = [
  [
    'fan',
    'Rp 329.000',
    line(
      '<circle cx="50" cy="38" r="24"/><circle cx="50" cy="38" r="5"/><path d="M50 62v22M36 84h28"/>'
    )
  ],
  [
    'cooker',
    'Rp 389.000',
    line(
      '<path d="M22 42h56v30a10 10 0 0 1-10 10H32a10 10 0 0 1-10-10zM28 42a22 18 0 0 1 44 0M44 62h12"/>'
    )
  ],
  [
    'aircon',
    'Rp 3.749.000',
    line(
      '<rect x="14" y="30" width="72" height="30" rx="6"/><path d="M26 50h48M32 70v6M50 70v10M68 70v6"/>'
    )
  ],
  [
    'oven',
    'Rp 689.000',
    line(
      '<rect x="16" y="26" width="68" height="48" rx="6"/><rect x="24" y="36" width="40" height="28" rx="3"/><path d="M74 38v0M74 50v0M74 62v0"/>'
    )
  ]
]
