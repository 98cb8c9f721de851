import { badRequest } from './refuse.ts'

export interface Entity {
  type: string
  offset: number
  length: number
  url?: string
}

const types = new Set([
  ...['bold', 'italic', 'underline', 'strikethrough', 'spoiler', 'blockquote'],
  ...['code', 'pre', 'text_link', 'text_mention', 'custom_emoji', 'url', 'mention', 'hashtag']
])

/** A text or a caption with its entities, as strict as the real one. */
export function checkText(
  given: unknown,
  entities: unknown,
  { most, tooLong }: { most: number; tooLong: string }
): { text: string; entities: Entity[] } {
  const text = typeof given === 'string' ? given : ''
  if (text.length > most) throw badRequest(tooLong)
  return { text, entities: checkEntities(text, entities) }
}

function checkEntities(text: string, given: unknown): Entity[] {
  if (given === undefined) return []
  const list: unknown = typeof given === 'string' ? JSON.parse(given) : given
  if (!Array.isArray(list)) throw badRequest("can't parse entities: expected an Array")
  return list.map(one => checkEntity(text, one as Partial<Entity>))
}

function checkEntity(text: string, { type = '', offset, length, url }: Partial<Entity>): Entity {
  const cannot = (what: string) => badRequest(`can't parse entities: ${what}`)
  if (!types.has(type)) throw cannot(`unsupported entity type "${type}"`)
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length)) throw cannot('no bounds')
  const [from = 0, size = 0] = [offset, length]
  if (from < 0 || size <= 0 || from + size > text.length) {
    throw cannot('an entity is out of the bounds of the text')
  }
  const cutsPair = (at: number) => /^[\uDC00-\uDFFF]/.test(text.slice(at, at + 1))
  if (cutsPair(from) || cutsPair(from + size)) throw cannot('an entity begins inside a character')
  if (type === 'text_link' && !/^(https?|tg):\/\//.test(url ?? '')) throw cannot('wrong URL')
  return { type, offset: from, length: size, ...(url === undefined ? {} : { url }) }
}

export interface Button {
  text: string
  callback_data?: string
}

/** Rows of buttons below a message. */
export function checkKeyboard(given: unknown): Button[][] | null {
  if (given === undefined) return null
  const markup = (typeof given === 'string' ? JSON.parse(given) : given) as Record<string, unknown>
  const rows = markup['inline_keyboard']
  if (rows === undefined) return null
  if (!Array.isArray(rows)) throw badRequest("can't parse inline keyboard: expected an Array")
  for (const button of (rows as Button[][]).flat()) {
    if (typeof button.text !== 'string' || button.text === '')
      throw badRequest('Text buttons are unallowed in the inline keyboard')
    const bytes = Buffer.byteLength(button.callback_data ?? '')
    if (bytes < 1 || bytes > 64) throw badRequest('BUTTON_DATA_INVALID')
  }
  return rows as Button[][]
}

export function integer(given: unknown, name: string): number {
  const value = typeof given === 'string' && given !== '' ? Number(given) : given
  if (Number.isSafeInteger(value)) return value as number
  throw badRequest(`${name} is not specified`)
}

export function object(given: unknown): Record<string, unknown> {
  const value: unknown = typeof given === 'string' && given !== '' ? JSON.parse(given) : given
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
