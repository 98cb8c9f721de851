import { createRequire } from 'node:module'
import type { Attributes, Tag } from 'sanitize-html'
import { SafeHtml } from '../../web/html.ts'
import { allowedTags, type Place } from './allowed.ts'
import { keptAttributes } from './attribute.ts'
import { Markup } from './markup.ts'

/** More than this in one piece is a mistake: a page of a hundred such cards would be 25 MB. */
const maxMarkup = 256 * 1024

/** Deeper than any card: the parser's time grows with the square of the depth. */
const maxDepth = 200

/** Not `sapa.html`, or too much of it. */
export class WrongShape extends Error {}

/**
 * What a plugin has returned, made harmless: no script, no style, no handler, nothing that acts on Sapa.
 * Plugins are trusted; this is against what they carry on from others without looking. Throws WrongShape.
 */
export function clean(
  given: unknown,
  plugin: string,
  place: Place,
  sitePaths?: readonly string[]
): SafeHtml {
  if (!(given instanceof Markup)) {
    throw new WrongShape(`expected sapa.html\`…\`, got ${given === null ? 'null' : typeof given}`)
  }
  return new SafeHtml(cleaned(given.html, plugin, place, sitePaths))
}

/** The same for text that is known to be HTML. */
export function cleaned(
  dirty: string,
  plugin: string,
  place: Place,
  sitePaths?: readonly string[]
): string {
  if (dirty.length > maxMarkup) {
    throw new WrongShape(`${dirty.length} characters of HTML, at most ${maxMarkup}`)
  }
  const tags = allowedTags[place]
  const change = (name: string, attributes: Attributes): Tag => {
    if (!tags.has(name)) return { tagName: name, attribs: {} }
    const kept = keptAttributes(name, attributes, plugin, place, sitePaths)
    return kept ? { tagName: name, attribs: kept } : { tagName: gone, attribs: {} }
  }
  let depth = 0
  // A hundred small modules, which the start of Sapa does without.
  const sanitizeHtml = load('sanitize-html') as typeof import('sanitize-html')
  return sanitizeHtml(dirty, {
    allowedTags: [...tags],
    // Each attribute has been chosen by `change`.
    allowedAttributes: false,
    allowedSchemes: ['https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['data'] },
    allowProtocolRelative: false,
    nonTextTags,
    transformTags: { '*': change },
    onOpenTag: () => {
      if (++depth > maxDepth) throw new WrongShape(`HTML deeper than ${maxDepth} elements`)
    },
    onCloseTag: () => void depth--
  }).trim()
}

const load = createRequire(import.meta.url)

/** A name that is never allowed. */
const gone = 'x-gone'

/** Where not allowed these go with all that is in them; of others the text stays. */
const nonTextTags = [
  ...['script', 'style', 'title', 'noscript', 'template', 'svg', 'math', 'iframe', 'object'],
  ...['audio', 'video', 'canvas', 'xmp', 'noembed', 'noframes', 'plaintext', 'textarea', 'option']
]
