import { Wrong } from './error.ts'
import { textOf } from '../parse/loose.ts'
import { checkTemplate } from './template.ts'
import type { World } from './world.ts'

type Part = Record<string, unknown>

const common = [
  ...['messaging_product', 'recipient_type', 'to', 'recipient', 'type', 'context'],
  'biz_opaque_callback_data'
]

/** Throws at what Meta would not take. */
export function checkMessage(world: World, json: Part): void {
  const type = textOf(json['type'] ?? 'text')
  only(json, [...common, type], 'the message')
  if (json['recipient_type'] !== undefined && json['recipient_type'] !== 'individual') {
    throw new Wrong(100, 'Param recipient_type must be one of {INDIVIDUAL}')
  }
  checkRecipient(json)
  checkContext(world, json['context'])
  const ref = json['biz_opaque_callback_data']
  if (ref !== undefined && (typeof ref !== 'string' || ref.length > 512)) {
    throw new Wrong(100, 'Param biz_opaque_callback_data must be a string of at most 512')
  }
  const check = Object.hasOwn(checks, type) ? checks[type] : undefined
  if (!check) throw new Wrong(131051, `Unsupported message type ${type}`)
  check(object(json[type], type), world, json)
}

function checkRecipient({ to, recipient }: Part): void {
  if (to === undefined && recipient === undefined) {
    throw new Wrong(131008, 'The parameter to is required.')
  }
  if (to !== undefined && (typeof to !== 'string' || !/^\d{7,15}$/.test(to))) {
    throw new Wrong(131009, 'The number of the recipient is none')
  }
  const isId = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(textOf(recipient))
  if (recipient !== undefined && !isId) throw new Wrong(131009, 'The id of the recipient is none')
}

function checkContext(world: World, context: unknown): void {
  if (context === undefined) return
  only(object(context, 'context'), ['message_id'], 'context')
  checkKnown(world, object(context, 'context')['message_id'])
}

function checkKnown({ written, taken }: World, id: unknown): void {
  if (written.has(textOf(id)) || taken.some(one => one.id === id)) return
  throw new Wrong(131009, 'Message ID does not exist')
}

type Check = (part: Part, world: World, json: Part) => void

const checks: Record<string, Check> = {
  text(part) {
    only(part, ['body', 'preview_url'], 'text')
    text(part['body'], 4096, 'text.body')
  },
  image: file(/^image\/(jpeg|png)$/, ['caption'], 5),
  video: file(/^video\/(mp4|3gpp)$/, ['caption'], 16),
  audio: file(/^audio\//, [], 16),
  sticker: file(/^image\/webp$/, [], 0.5),
  document: file(/./, ['caption', 'filename'], 100),
  reaction(part, world) {
    only(part, ['message_id', 'emoji'], 'reaction')
    checkKnown(world, part['message_id'])
    if (typeof part['emoji'] !== 'string') throw new Wrong(131008, 'reaction.emoji is required')
  },
  interactive: part => checkInteractive(part),
  template: (part, world, json) => checkTemplate(world, part, json)
}

function file(mimes: RegExp, more: string[], megabytes: number): Check {
  return (part, world) => {
    only(part, ['id', 'link', ...more], 'the file')
    if (part['caption'] !== undefined) text(part['caption'], 1024, 'caption')
    if (part['link'] !== undefined) return
    const kept = world.files.get(textOf(part['id']))
    if (!kept) throw new Wrong(131053, 'The file is not there')
    const isRight = mimes.test(kept.mime) && kept.size <= megabytes * 1024 * 1024
    if (!isRight) throw new Wrong(131053, `A file of ${kept.mime} is not sent in this way`)
  }
}

function checkInteractive(part: Part): void {
  only(part, ['type', 'header', 'body', 'footer', 'action'], 'interactive')
  const action = object(part['action'], 'action')
  const body = object(part['body'], 'body')
  if (part['type'] === 'button') {
    text(body['text'], 1024, 'body.text')
    const buttons = list(action['buttons'], 3, 'buttons')
    for (const button of buttons) checkTitle(object(button['reply'], 'reply'), 20, 256)
    different(buttons.map(button => object(button['reply'], 'reply')['id']))
    return
  }
  if (part['type'] !== 'list') throw new Wrong(100, 'Param interactive["type"] is unknown')
  text(body['text'], 4096, 'body.text')
  text(action['button'], 20, 'action.button')
  const rows = list(action['sections'], 10, 'sections').flatMap(section => {
    text(section['title'], 24, 'section.title')
    return list(section['rows'], 10, 'rows')
  })
  if (rows.length > 10) throw new Wrong(131009, 'Total row count exceeds 10')
  for (const row of rows) {
    only(row, ['id', 'title', 'description'], 'row')
    checkTitle(row, 24, 200)
    if (row['description'] !== undefined) text(row['description'], 72, 'row.description')
  }
  different(rows.map(row => row['id']))
}

function checkTitle(part: Part, title: number, id: number): void {
  text(part['title'], title, 'title')
  text(part['id'], id, 'id')
}

function different(ids: unknown[]): void {
  if (new Set(ids).size < ids.length) throw new Wrong(131009, 'Two answers have the same id')
}

export function object(value: unknown, name: string): Part {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Part
  throw new Wrong(131008, `The parameter ${name} is required.`)
}

function list(value: unknown, most: number, name: string): Part[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > most) {
    throw new Wrong(131009, `${name} must have 1 to ${most} entries`)
  }
  return value.map(one => object(one, name))
}

function text(value: unknown, most: number, name: string): void {
  const isRight = typeof value === 'string' && value.trim() !== '' && value.length <= most
  if (!isRight) throw new Wrong(100, `Param ${name} must be at most ${most} characters long`)
}

export function only(part: Part, names: string[], where: string): void {
  const strange = Object.keys(part).find(name => !names.includes(name))
  if (strange) throw new Wrong(100, `Unexpected key "${strange}" on ${where}`)
}
