const color = [/^#[0-9a-f]{3,8}$/i, /^rgba?\([\d\s.,%]{1,40}\)$/i, /^[a-z]{3,24}$/i]
const length = /^\d{1,4}(?:\.\d{1,3})?(?:px|pt|em|rem|%)?$/
const sides = /^(?:(?:\d{1,3}(?:\.\d{1,3})?(?:px|pt|em|rem|%)?|auto)(?: |$)){1,4}$/
const border =
  /^\d{1,2}(?:\.\d{1,2})?(?:px|pt) (?:solid|dashed|dotted|double|none)(?: (?:#[0-9a-f]{3,8}|[a-z]{3,24}|rgb\([\d\s.,]{1,30}\)))?$/i

/**
 * Enough for mails to look as they were meant, and nothing that loads, covers or leaves its place:
 * no url(), no position, no display, no variables.
 */
export const allowedStyles: Record<string, Record<string, RegExp[]>> = {
  '*': {
    color,
    'background-color': color,
    background: color,
    'font-weight': [/^(?:normal|bold|bolder|lighter|[1-9]00)$/],
    'font-style': [/^(?:normal|italic|oblique)$/],
    'font-size': [
      /^(?:[89]|[1-6]\d)(?:\.\d{1,2})?(?:px|pt)$/,
      /^(?:0\.[5-9]\d?|[1-3](?:\.\d{1,2})?)r?em$/
    ],
    'font-family': [/^[\w\s,'"-]{1,200}$/],
    'text-align': [/^(?:left|right|center|justify|start|end)$/],
    'text-decoration': [/^(?:none|underline|line-through)$/],
    'text-transform': [/^(?:none|uppercase|lowercase|capitalize)$/],
    'vertical-align': [/^(?:top|middle|bottom|baseline|sub|super|text-top|text-bottom)$/],
    'line-height': [length, /^normal$/],
    'letter-spacing': [/^\d(?:\.\d{1,2})?(?:px|pt|em)$/, /^normal$/],
    'white-space': [/^(?:normal|nowrap|pre|pre-wrap|pre-line)$/],
    'list-style-type': [/^[a-z-]{3,24}$/],
    width: [length, /^auto$/],
    'max-width': [length],
    'min-width': [length],
    height: [length, /^auto$/],
    padding: [sides],
    'padding-top': [length],
    'padding-right': [length],
    'padding-bottom': [length],
    'padding-left': [length],
    margin: [sides],
    'margin-top': [length],
    'margin-right': [length, /^auto$/],
    'margin-bottom': [length],
    'margin-left': [length, /^auto$/],
    border: [border, /^(?:none|0)$/],
    'border-top': [border, /^(?:none|0)$/],
    'border-right': [border, /^(?:none|0)$/],
    'border-bottom': [border, /^(?:none|0)$/],
    'border-left': [border, /^(?:none|0)$/],
    'border-collapse': [/^(?:collapse|separate)$/],
    'border-spacing': [length],
    'border-radius': [length]
  }
}
