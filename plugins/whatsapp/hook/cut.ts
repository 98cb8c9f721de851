import { createHash } from 'node:crypto'
import type { RawItem } from 'sapa/plugin-api'
import type { Pair } from '../people.ts'
import { isObject, readObject, textOf, type Loose } from '../parse/loose.ts'
import { phoneOf } from '../parse/person.ts'

export interface Piece {
  item: RawItem
  /** Phone number id that it is for; null: for the business account as a whole. */
  number: string | null
  /** A status of one of our messages. */
  sighting?: { clientRef: string; remoteId: string }
  /** Whose number was told with their id. */
  pair?: Pair
  /** A number that was given up. */
  given?: string
  /** The number that the business wrote to on its phone, where its id is not told. */
  echoTo?: string
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
      const item = itemOf(keyOf(name, one, text), text)
      return {
        item,
        number,
        ...(name === 'statuses' && sightingOf(one)),
        ...personOf(name, contacts, one)
      }
    })
  )
}

const itemOf = (key: string, text: string): RawItem => ({
  key,
  body: new TextEncoder().encode(text)
})

function sightingOf(status: unknown): Pick<Piece, 'sighting'> {
  const { id, status: word, biz_opaque_callback_data: ref } = readObject(status)
  const [remoteId, clientRef] = [textOf(id), textOf(ref)]
  const isSent = remoteId !== '' && clientRef !== '' && word !== 'failed'
  return isSent ? { sighting: { clientRef, remoteId } } : {}
}

/** Who is who, as far as this one piece tells it. */
function personOf(
  list: string,
  contacts: unknown[] | undefined,
  one: unknown
): Pick<Piece, 'pair' | 'given' | 'echoTo'> {
  const about = readObject(one)
  if (list === 'message_echoes') {
    return about['to_user_id'] === undefined ? { echoTo: phoneOf(about['to']) } : {}
  }
  const old = phoneOf(about['from'])
  if (about['type'] === 'system') return old ? { given: old } : {}
  const contact = readObject(contacts?.[0])
  const userId = textOf(about['from_user_id']) || textOf(contact['user_id'])
  const phone = old || phoneOf(contact['wa_id'])
  // What the business wrote itself has its own number there.
  return userId && phone && 'from_user_id' in about ? { pair: { userId, phone } } : {}
}

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
