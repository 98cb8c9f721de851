import type { MessageTemplate, TemplateField } from 'sapa/plugin-api'
import { filled, objectsOf, readObject, textAt, textOf, type Loose } from '../parse/loose.ts'
import { templateState } from '../parse/template.ts'
import { buttonLabel, couponLabel, mediaLabels } from './label.ts'
import { examplesOf, headerMedia, placesOf, withKeys } from './field.ts'

/** A word of the plugin in the language of the business. */
export type Say = (key: string) => string

const categories = ['marketing', 'utility', 'authentication'] as const

/** Null: without a name or a text there is nothing to choose. */
export function readTemplate(template: Loose, say: Say): MessageTemplate | null {
  const name = textOf(template['name'])
  const language = textOf(template['language'])
  const parts = objectsOf(template['components'])
  const part = (type: string) => parts.find(one => textOf(one['type']).toUpperCase() === type)
  const [header, body, footer] = ['HEADER', 'BODY', 'FOOTER'].map(part)
  const buttons = objectsOf(part('BUTTONS')?.['buttons'])
  if (name === '' || language === '') return null
  const category = textOf(template['category']).toLowerCase()
  const reason = textOf(template['rejected_reason'])
  const problem = problemOf(parts, category)
  return {
    ...{ name, language, state: templateState(textOf(template['status'])) },
    category: categories.find(known => known === category) ?? 'other',
    body: withKeys(textOf(body?.['text']), 'body'),
    ...filled({
      header: withKeys(textOf(header?.['text']), 'header'),
      footer: textOf(footer?.['text']),
      reason: reason === 'NONE' ? '' : reason,
      cannotSend: problem && say(`template.cannot.${problem}`)
    }),
    ...(buttons.length > 0 && { buttons: buttons.map(one => textOf(one['text'])) }),
    fields: [...headerFields(header), ...textFields(body, 'body'), ...buttonFields(buttons)]
  }
}

function headerFields(header: Loose | undefined): TemplateField[] {
  const media = headerMedia(header)
  if (!media) return textFields(header, 'header')
  return [{ key: `header_${media}`, part: 'header', type: 'link', label: mediaLabels[media] }]
}

function textFields(part: Loose | undefined, where: 'header' | 'body'): TemplateField[] {
  const examples = examplesOf(part, where)
  return placesOf(textOf(part?.['text'])).map(name => {
    const key = where === 'header' ? `header_${name}` : name
    return { key, part: where, type: 'text', ...filled({ example: examples[name] ?? '' }) }
  })
}

function buttonFields(buttons: Loose[]): TemplateField[] {
  return buttons.flatMap((button, index): TemplateField[] => {
    const [first] = Array.isArray(button['example']) ? (button['example'] as unknown[]) : []
    const example = filled({ example: textOf(first) || textOf(button['example']) })
    const type = textOf(button['type'])
    if (type === 'COPY_CODE') {
      const label = couponLabel
      return [{ key: `coupon_${index}`, part: 'button', type: 'text', label, ...example }]
    }
    if (type !== 'URL' || placesOf(textOf(button['url'])).length === 0) return []
    const label = buttonLabel(textOf(button['text']))
    return [{ key: `button_${index}`, part: 'button', type: 'text', label, ...example }]
  })
}

const plainParts = new Set(['HEADER', 'BODY', 'FOOTER', 'BUTTONS'])
const plainButtons = new Set(['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'COPY_CODE'])

/** What Sapa has no form for: the name of the reason. */
function problemOf(parts: Loose[], category: string): string {
  if (category === 'authentication') return 'authentication'
  const types = parts.map(part => textOf(part['type']).toUpperCase())
  if (types.includes('CAROUSEL')) return 'carousel'
  const strange = types.find(type => !plainParts.has(type))
  const buttons = parts.flatMap(part => objectsOf(part['buttons']))
  const isPlain = buttons.every(button => plainButtons.has(textOf(button['type'])))
  if (strange !== undefined || !isPlain || hasPlace(parts)) return 'kind'
  const names = parts.flatMap(part => placesOf(textOf(part['text'])))
  // Such a name would be taken for a field of another part.
  return names.some(name => /^(header|button|coupon)_/.test(name)) ? 'kind' : ''
}

const hasPlace = (parts: Loose[]) =>
  parts.some(part => textAt(readObject(part), 'format') === 'LOCATION')
