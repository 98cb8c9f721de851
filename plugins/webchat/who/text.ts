/** One line without control characters, and without those that turn the direction of writing. */
export function lineIn(value: unknown, most: number): string | null {
  if (typeof value !== 'string') return null
  const line = value
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim()
  return line === '' || line.length > most ? null : line
}

/** A plain address as people have them; whether it is there, only a mail can tell. */
export function emailIn(value: unknown): string | null {
  const line = lineIn(value, 254)?.toLowerCase() ?? ''
  return /^[^\s@<>()",;:\\[\]]{1,64}@[^\s@<>()",;:\\[\]_]+\.[a-z0-9-]{2,}$/.test(line) ? line : null
}

/** Any spelling of a number; Sapa makes it international. */
export function phoneIn(value: unknown): string | null {
  const line = lineIn(value, 32) ?? ''
  return /^\+?[\d\s().-]+$/.test(line) && line.replaceAll(/\D/g, '').length >= 7 ? line : null
}
