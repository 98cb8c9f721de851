/** The policy of a framed mail: no script, no form, no request but for pictures that Sapa serves. */
export const framePolicy =
  "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"

/**
 * The document that a mail is shown in. `html` has been sanitised when it was stored; nothing is added
 * to it here but the frame around it. With `imageBase` remote pictures come through Sapa by their number.
 */
export function frameDocument(html: string, imageBase: string | null): string {
  const shown = imageBase === null ? html : withImages(html, imageBase)
  return `<!doctype html><html><head><meta charset="utf-8"><base target="_blank"><style>${style}</style></head><body>${shown}</body></html>`
}

/** Addresses of the remote pictures of a sanitised mail, in order. */
export function remoteImages(html: string): string[] {
  return [...html.matchAll(image)].map(match => unescapeAttribute(match[1] ?? ''))
}

/** Exactly the form that the sanitiser writes; see `sanitise`. */
const image = /<img data-src="([^"]*)"/g

function withImages(html: string, base: string): string {
  let number = 0
  return html.replace(image, () => `<img src="${base}/${number++}"`)
}

const entities: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'"
}

function unescapeAttribute(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, entity => entities[entity] ?? entity)
}

const style =
  'body{margin:0;padding:2px 12px 10px;font:14px/1.45 system-ui,sans-serif;color:#15201d;overflow-wrap:anywhere}' +
  'img{max-width:100%;height:auto}img[data-src]{display:none}table{max-width:100%}pre{white-space:pre-wrap}' +
  'blockquote{margin:0 0 0 8px;padding-left:10px;border-left:2px solid #c9cfc9}a{color:#0a6a64}'
