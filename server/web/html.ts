/** HTML that is known to be safe: made by our own code from escaped parts, or by the sanitiser. */
export class SafeHtml {
  readonly html: string

  constructor(html: string) {
    this.html = html
  }

  toString(): string {
    return this.html
  }
}

/** What `<%= %>` prints: nothing for nothing, safe HTML as it is, everything else escaped. */
export function escapeHtml(value: unknown): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof SafeHtml) return value.html
  // oxlint-disable-next-line typescript/no-base-to-string -- a view that prints an object shows it
  const text = String(value)
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, sign => entities[sign] ?? sign) : text
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}
