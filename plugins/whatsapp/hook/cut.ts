import { createHash } from 'node:crypto'
import type { RawItem } from 'sapa/plugin-api'
import { isObject, readObject, textOf, type Loose } from '../parse/loose.ts'

export interface Piece {
  item: RawItem
  /** Phone number id that it is for; null: for the business account as a whole. */
  number: string | null
}

/** The parts of a change that are lists of things which stand alone. */
const lists = [
  'messages',
  'statuses',
  'errors',
  'message_echoes',
  'user_id_update',
  'user_preferences'
]

/**
 * One call into one item for each thing, in Meta's own envelope: what cannot be read spoils nothing beside it. A
 * call that is no envelope at all is one item, which fails where everybody can see it.
 */
export function cut(body: Uint8Array): Piece[] {
  const call = readCall(body)
  if (!call) return [{ item: { key: `call:${digest(body)}`, body }, number: null }]
  const pieces: Piece[] = []
  for (const entry of listOf(call['entry'])) {
    for (const change of listOf(readObject(entry)['changes'])) {
      pieces.push(...cutChange(call['object'], readObject(entry), change))
    }
  }
  return pieces
}

function readCall(body: Uint8Array): Loose | null {
  try {
    const call: unknown = JSON.parse(new TextDecoder().decode(body))
    return isObject(call) ? call : null
  } catch {
    return null
  }
}

function cutChange(object: unknown, entry: Loose, change: unknown): Piece[] {
  const { field, value } = readObject(change)
  const { id, time } = entry
  const parts = readObject(value)
  const number = textOf(readObject(parts['metadata'])['phone_number_id']) || null
  const wrap = (content: unknown) => {
    const one = {
      id,
      ...(time === undefined ? {} : { time }),
      changes: [{ field, value: content }]
    }
    return JSON.stringify({ object, entry: [one] })
  }
  const present = lists.filter(name => Array.isArray(parts[name]))
  if (present.length === 0) {
    const text = wrap(value)
    return [{ item: itemOf(`${textOf(field)}:${digest(text)}`, text), number }]
  }
  const rest = Object.fromEntries(Object.entries(parts).filter(([name]) => !lists.includes(name)))
  return present.flatMap(name =>
    listOf(parts[name]).map(one => {
      const contacts = contactsOf(rest['contacts'], one)
      const text = wrap({ ...rest, ...(contacts && { contacts }), [name]: [one] })
      return { item: itemOf(keyOf(name, one, text), text), number }
    })
  )
}

const itemOf = (key: string, text: string): RawItem => ({
  key,
  body: new TextEncoder().encode(text)
})

/** The same over all repeats, though Meta packs them anew. */
function keyOf(list: string, one: unknown, text: string): string {
  const { id, status, timestamp } = readObject(one)
  const isNamed = typeof id === 'string' && id !== '' && id.length <= 400
  if (isNamed && (list === 'messages' || list === 'message_echoes')) return `${list}:${id}`
  if (isNamed && list === 'statuses') return `status:${id}:${textOf(status)}:${textOf(timestamp)}`
  return `${list}:${digest(text)}`
}

/** Of the people of a call only those whom this one is about: the others' numbers are not its business. */
function contactsOf(contacts: unknown, one: unknown): unknown[] | undefined {
  if (!Array.isArray(contacts)) return undefined
  if (contacts.length === 1) return contacts
  const about = readObject(one)
  const ids = [
    'from',
    'from_user_id',
    'to',
    'to_user_id',
    'recipient_id',
    'recipient_user_id',
    'wa_id'
  ]
    .map(name => textOf(about[name]))
    .filter(Boolean)
  return contacts.filter(contact => {
    const { wa_id, user_id } = readObject(contact)
    return ids.includes(textOf(wa_id)) || ids.includes(textOf(user_id))
  })
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const digest = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex')
