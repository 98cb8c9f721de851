import type { PluginReply, RawItem } from 'sapa/plugin-api'
import { ItemError, readItem, type Item } from '../item.ts'
import type { RemoteSettings } from '../settings.ts'
import { notePeople, uploadersOf } from '../people.ts'
import type { RemoteTools } from '../tools.ts'
import { ApiError, bodyOf, json, type Answer } from './answer.ts'

const mostItems = 100

interface Checked {
  id: string | null
  raw?: RawItem
  item?: Item
  error?: ItemError
}

/** What customers wrote. Answered once it is on the disk; a bad item keeps no other one out. */
export const ingest =
  ({ db }: RemoteTools): Answer =>
  async (request, { account, settings }, id): Promise<PluginReply> => {
    const body = bodyOf(request)
    const given = batchOf(body)
    const now = Date.now()
    const items = (given ?? [body]).map(one => check(one, settings, now))
    const [only] = items
    if (!given && only?.error) throw only.error
    const good = items.flatMap(({ raw }) => raw ?? [])
    const people = items.flatMap(({ item }) => (item ? uploadersOf(item) : []))
    await notePeople(db, id, 'upload', people, now)
    if (good.length > 0) await account.ingest(good).catch(notKept)
    return json(200, { results: items.map(resultOf) })
  }

/** A full disk, or the account closes this moment: nothing is kept, and the program comes again. */
function notKept(): never {
  throw new ApiError(503, 'not_kept', 'Nothing could be kept at the moment', { retryAfter: 10 })
}

/** Null: the body is one item. */
function batchOf(body: unknown): unknown[] | null {
  const list = Array.isArray(body)
    ? (body as unknown[])
    : (body as { items?: unknown } | null)?.items
  if (list === undefined) return null
  if (!Array.isArray(list) || list.length === 0 || list.length > mostItems) {
    throw new ApiError(422, 'invalid', `items must be a list of 1 to ${mostItems}`, {
      field: 'items'
    })
  }
  return list as unknown[]
}

function check(given: unknown, settings: RemoteSettings, now: number): Checked {
  try {
    const item = readItem(given)
    refuseUnwanted(item, settings)
    // A moment of its own must be in there: parsing later, or again, must not depend on the clock.
    const kept = { ...(given as object), at: item.at ?? now }
    const body = new TextEncoder().encode(JSON.stringify(kept))
    return { id: item.id, item, raw: { key: `${item.type}:${item.id}`, body } }
  } catch (error) {
    if (!(error instanceof ItemError)) throw error
    const id = (given as { id?: unknown } | null)?.id
    return { id: typeof id === 'string' ? id.slice(0, 200) : null, error }
  }
}

function refuseUnwanted(item: Item, { attachmentsIn, maxBytes }: RemoteSettings): void {
  if (item.type !== 'message' || item.files.length === 0) return
  if (!attachmentsIn) {
    throw new ItemError('not_allowed', 'attachments', 'This account takes no attachments')
  }
  const index = item.files.findIndex(({ size }) => size > maxBytes)
  if (index < 0) return
  throw new ItemError('too_large', `attachments.${index}`, `Larger than ${maxBytes} bytes`)
}

function resultOf({ id, error }: Checked, index: number) {
  if (!error) return { index, id, status: 'accepted' }
  const { code, message, field } = error
  return { index, id, status: 'rejected', error: { code, message, field } }
}
