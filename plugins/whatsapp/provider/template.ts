import { textOf } from '../parse/loose.ts'
import { object, only } from './check.ts'
import { Wrong } from './error.ts'
import type { Answered, Asked, World } from './world.ts'

type Part = Record<string, unknown>

/** As Meta lists it. */
export interface Template {
  id: string
  name: string
  language: string
  status: string
  category: string
  parameter_format?: 'POSITIONAL' | 'NAMED'
  rejected_reason?: string
  components: Part[]
}

/** GET /{waba}/message_templates: pages of at most `limit`. */
export function listTemplates(world: World, waba: string, { query, path }: Asked): Answered {
  const all = (world.templates.get(waba) ?? []).filter(
    ({ name, language }) =>
      (query['name'] === undefined || query['name'] === name) &&
      (query['language'] === undefined || query['language'] === language)
  )
  const limit = Math.min(Number(query['limit'] ?? 25), 100)
  const start = query['after'] ? Number(Buffer.from(query['after'], 'base64').toString()) : 0
  if (!Number.isInteger(start)) throw new Wrong(100, 'The cursor is none')
  const end = start + limit
  const after = Buffer.from(String(end)).toString('base64')
  const next = `${world.origin}${path}?limit=${limit}&after=${encodeURIComponent(after)}`
  const paging = { cursors: { before: 'MA==', after }, ...(end < all.length && { next }) }
  return { json: { data: all.slice(start, end), paging } }
}

/** What is filled in must fit what was approved. */
export function checkTemplate({ templates }: World, part: Part, json: Part): void {
  only(part, ['name', 'language', 'components'], 'template')
  const language = object(part['language'], 'language')['code']
  const known = [...templates.values()]
    .flat()
    .find(one => one.name === part['name'] && one.language === language)
  if (!known) throw new Wrong(132001, `template name (${textOf(part['name'])}) does not exist`)
  if (known.status === 'PAUSED') throw new Wrong(132015, 'The template is paused')
  if (known.status !== 'APPROVED') throw new Wrong(132016, 'The template is disabled')
  if (known.category === 'AUTHENTICATION' && json['to'] === undefined) {
    throw new Wrong(131062, 'Authentication templates need a phone number')
  }
  const given = (part['components'] ?? []) as Part[]
  for (const component of known.components) checkComponent(known, component, given)
}

function checkComponent({ parameter_format: format }: Template, wanted: Part, given: Part[]): void {
  const type = textOf(wanted['type']).toLowerCase()
  if (type === 'buttons') return checkButtons(wanted, given)
  const names = placesOf(textOf(wanted['text']))
  const parameters = (given.find(one => one['type'] === type)?.['parameters'] ?? []) as Part[]
  const isMedia = type === 'header' && wanted['format'] !== 'TEXT'
  if (isMedia) return checkMedia(textOf(wanted['format']).toLowerCase(), parameters)
  if (parameters.length !== names.length) {
    const details = `${type}: number of localizable_params (${parameters.length}) does not match the expected number of params (${names.length})`
    throw new Wrong(132000, details)
  }
  for (const parameter of parameters) {
    const text = textOf(parameter['text'])
    const isNamed = format === 'NAMED'
    const name = parameter['parameter_name']
    if (isNamed !== (name !== undefined) || (isNamed && !names.includes(textOf(name)))) {
      throw new Wrong(132012, 'Parameter name is missing or wrong')
    }
    if (text === '' || text.length > 1024) throw new Wrong(132005, 'The text is too long or empty')
    if (/[\n\t]| {5}/.test(text)) throw new Wrong(132007, 'Line breaks are not allowed')
  }
}

function checkMedia(format: string, parameters: Part[]): void {
  const [parameter] = parameters
  if (parameter?.['type'] !== format) throw new Wrong(132012, `header: expected ${format}`)
  const { link } = object(parameter[format], format)
  if (!/^https:\/\//.test(textOf(link))) throw new Wrong(132012, 'The link is none')
}

function checkButtons(wanted: Part, given: Part[]): void {
  for (const [index, button] of (wanted['buttons'] as Part[]).entries()) {
    const isField = button['type'] === 'COPY_CODE' || placesOf(textOf(button['url'])).length > 0
    const found = given.find(
      one => one['type'] === 'button' && textOf(one['index']) === String(index)
    )
    if (isField && !found) throw new Wrong(131008, `Button at index ${index} needs a parameter`)
  }
}

const placesOf = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name)
