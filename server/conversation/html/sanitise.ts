import sanitizeHtml, { type Attributes, type IOptions, type Tag } from 'sanitize-html'
import { isHidden } from './hidden-element.ts'
import { allowedStyles } from './safe-style.ts'

export interface SafeHtml {
  html: string
  hasRemoteImages: boolean
}

/** More than this is cut: nobody reads it, and the text is kept whole beside it. */
const maxLength = 1_000_000

/** Deeper than any letter: the parser's time grows with the square of the depth. */
const maxDepth = 1_000
const tooDeep = new Error('The markup is nested too deeply')

/**
 * Makes a stranger's HTML harmless: no script, no form, nothing that loads by itself, nothing hidden.
 * `inline` maps a Content-ID to the token of its attachment. Remote pictures stay in the markup as
 * exactly `<img data-src="https://…"`, which loads nothing; the frame brings them to life when asked.
 * The message frame's sandbox and policy are the second wall; this is the first.
 */
export function sanitise(dirty: string, inline: ReadonlyMap<string, string> = new Map()): SafeHtml {
  let hasRemoteImages = false
  const image = (_name: string, attributes: Attributes): Tag => {
    const source = imageSource(attributes['src'] ?? '', inline)
    if ('data-src' in source) hasRemoteImages = true
    const { src: _src, 'data-src': _own, ...rest } = attributes
    // First, because the frame looks for it there.
    return { tagName: 'img', attribs: { ...source, ...rest } }
  }
  let depth = 0
  try {
    const html = sanitizeHtml(dirty.slice(0, maxLength), {
      ...options,
      transformTags: { a: link, img: image, '*': hide },
      onOpenTag: () => {
        if (++depth > maxDepth) throw tooDeep
      },
      onCloseTag: () => void depth--
    })
    return { html: html.trim(), hasRemoteImages }
  } catch (error) {
    if (error !== tooDeep) throw error
    return { html: '', hasRemoteImages: false }
  }
}

/** Never leaves this file: elements that get this name are dropped. */
const hidden = 'x-hidden'

const layout = ['align', 'valign', 'width', 'height', 'bgcolor']

const options: IOptions = {
  allowedTags: [
    hidden,
    ...['a', 'abbr', 'address', 'article', 'aside', 'b', 'bdi', 'bdo', 'big', 'blockquote', 'br'],
    ...['caption', 'center', 'cite', 'code', 'col', 'colgroup', 'dd', 'del', 'dfn', 'div', 'dl'],
    ...['dt', 'em', 'figcaption', 'figure', 'font', 'footer', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    ...['header', 'hr', 'i', 'img', 'ins', 'kbd', 'li', 'main', 'mark', 'nav', 'ol', 'p', 'pre'],
    ...['q', 's', 'samp', 'section', 'small', 'span', 'strike', 'strong', 'sub', 'sup', 'table'],
    ...['tbody', 'td', 'tfoot', 'th', 'thead', 'time', 'tr', 'tt', 'u', 'ul', 'var', 'wbr']
  ],
  nonTextTags: [
    ...['script', 'style', 'title', 'textarea', 'option', 'noscript', 'template', 'svg', 'math'],
    ...['iframe', 'object', 'audio', 'video', 'canvas', 'xmp', 'noembed', 'noframes', 'plaintext']
  ],
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'title'],
    a: ['href', 'target', 'rel'],
    img: ['src', 'data-src', 'alt', 'width', 'height', 'align'],
    table: [...layout, 'border', 'cellpadding', 'cellspacing'],
    tr: layout,
    td: [...layout, 'colspan', 'rowspan', 'nowrap'],
    th: [...layout, 'colspan', 'rowspan', 'nowrap'],
    col: [...layout, 'span'],
    colgroup: [...layout, 'span'],
    div: ['align'],
    p: ['align'],
    font: ['color', 'size', 'face'],
    ol: ['start', 'type'],
    li: ['value']
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['data'] },
  allowProtocolRelative: false,
  allowedStyles,
  nestingLimit: 100,
  exclusiveFilter: frame => [frame.tag, nameOf(frame)].includes(hidden)
}

/** The library keeps the new name here, which its types do not tell. */
const nameOf = (frame: object) => ('name' in frame ? String(frame.name) : '')

/** Renamed first, because the filter that drops elements with their content no longer sees all styles. */
function hide(name: string, attributes: Attributes): Tag {
  return isHidden(attributes)
    ? { tagName: hidden, attribs: {} }
    : { tagName: name, attribs: attributes }
}

/** Only whole addresses: a relative one would point into Sapa. */
function link(_name: string, attributes: Attributes): Tag {
  const { href: _href, target: _target, rel: _rel, ...rest } = attributes
  const url = parse(attributes['href'] ?? '', ['http:', 'https:', 'mailto:', 'tel:'])
  if (!url) return { tagName: 'a', attribs: rest }
  url.username = ''
  url.password = ''
  const safe = { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow' }
  return { tagName: 'a', attribs: { ...rest, ...safe } }
}

function imageSource(source: string, inline: ReadonlyMap<string, string>): Attributes {
  const text = source.trim()
  if (/^cid:/i.test(text)) {
    const token = inline.get(contentId(text.slice(4)))
    return token === undefined ? {} : { src: `/attachments/${token}` }
  }
  if (/^data:image\/(?:png|jpeg|jpg|gif|webp);base64,[a-z0-9+/=\s]*$/i.test(text)) {
    return { src: text }
  }
  const url = parse(text.startsWith('//') ? `https:${text}` : text, ['http:', 'https:'])
  return url ? { 'data-src': url.href } : {}
}

function contentId(text: string): string {
  try {
    return decodeURIComponent(text).replace(/^<|>$/g, '')
  } catch {
    return text
  }
}

function parse(text: string, protocols: string[]): URL | null {
  const trimmed = text.trim()
  if (trimmed.length > 4000 || !URL.canParse(trimmed)) return null
  const url = new URL(trimmed)
  return protocols.includes(url.protocol) ? url : null
}
