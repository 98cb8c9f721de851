import type { Html } from '../../plugin-api/slots.ts'

/** What `sapa.html` makes. Only this counts as markup: an object that merely looks like it is data. */
export class Markup implements Html {
  readonly html: string

  constructor(text: string) {
    this.html = text
  }

  toString(): string {
    return this.html
  }
}

/** The tagged template of plugins: what stands in its holes is escaped. */
export function html(parts: TemplateStringsArray, ...holes: unknown[]): Html {
  return new Markup(parts.reduce((text, part, n) => text + write(holes[n - 1]) + part))
}

function write(hole: unknown): string {
  if (hole === null || hole === undefined || hole === false) return ''
  if (hole instanceof Markup) return hole.html
  if (Array.isArray(hole)) return hole.map(write).join('')
  if (typeof hole === 'function' || hole instanceof Promise) {
    throw new TypeError('A hole of html`…` holds a promise or a function: await or call it first')
  }
  // oxlint-disable-next-line typescript/no-base-to-string -- whoever prints an object sees it
  return String(hole).replace(/[&<>"']/g, sign => entities[sign] ?? sign)
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}
