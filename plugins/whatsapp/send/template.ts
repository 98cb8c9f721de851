import type { FilledTemplate } from 'sapa/plugin-api'

/**
 * What is filled in, by the keys that `template/fields.ts` has given: a number is a place of the text, a word a
 * named one; those of header and buttons begin with what they belong to.
 */
export function templateBody({ name, language, values }: FilledTemplate): object {
  const entries = Object.entries(values)
  const components = [
    ...headerPart(entries.filter(([key]) => key.startsWith('header_'))),
    ...bodyPart(entries.filter(([key]) => !/^(header|button|coupon)_/.test(key))),
    ...entries.flatMap(([key, value]) => buttonPart(key, value))
  ]
  return { name, language: { code: language }, ...(components.length > 0 && { components }) }
}

type Entry = [key: string, value: string]

function headerPart(entries: Entry[]): object[] {
  const [entry] = entries
  if (!entry) return []
  const [key, value] = [entry[0].slice('header_'.length), entry[1]]
  const isMedia = ['image', 'video', 'document'].includes(key)
  const parameter = isMedia ? { type: key, [key]: { link: value } } : textPart([key, value])
  return [{ type: 'header', parameters: [parameter] }]
}

function bodyPart(entries: Entry[]): object[] {
  if (entries.length === 0) return []
  const inOrder = entries.toSorted(([a], [b]) => Number(a) - Number(b) || 0)
  return [{ type: 'body', parameters: inOrder.map(textPart) }]
}

/** Meta refuses line breaks, tabs and rows of blanks in a field. */
function textPart([key, value]: Entry): object {
  const text = value.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/ {4,}/g, '   ')
  return { type: 'text', ...(/^\d+$/.test(key) ? {} : { parameter_name: key }), text }
}

function buttonPart(key: string, value: string): object[] {
  const [, what, index] = /^(button|coupon)_(\d+)$/.exec(key) ?? []
  if (index === undefined) return []
  const parameter =
    what === 'coupon' ? { type: 'coupon_code', coupon_code: value } : { type: 'text', text: value }
  const sub_type = what === 'coupon' ? 'copy_code' : 'url'
  return [{ type: 'button', sub_type, index, parameters: [parameter] }]
}
