import type { BlobStore } from '../../blob/store.ts'
import type { Db } from '../../db/schema.ts'
import type { OutboundAttachment, OutboundStep } from '../../plugin-api/outbound.ts'
import type { StepPayload } from '../../conversation/step/queue.ts'
import type { OutboxStepRow } from '../table.ts'

/** Mail programs and servers refuse endless chains; the first and the newest say enough. */
const maxReferences = 30

/** When Sapa stops: `ending` first, and what is still on its way after the grace, `cut`. */
export interface Ends {
  cut: AbortSignal
  ending: AbortSignal
}

/** The request as the channel gets it: the row, its files, and the thread as it is now. */
export async function outboundStep(
  db: Db,
  blobs: BlobStore,
  row: OutboxStepRow,
  { cut, ending }: Ends,
  now: () => Date
): Promise<OutboundStep> {
  const {
    attachmentIds,
    authorName,
    before: _before,
    undo: _undo,
    ...payload
  } = JSON.parse(row.payload) as StepPayload
  const conversation = await threadOf(db, row)
  return {
    ...payload,
    kind: row.kind === 'relay' ? 'message' : row.kind,
    clientRef: row.client_ref,
    attempt: row.attempts,
    attachments: await filesOf(db, blobs, attachmentIds),
    ...(conversation ? { conversation } : {}),
    ...(authorName === undefined ? {} : { author: { name: authorName } }),
    createdAt: row.created_at,
    signal: cut,
    ending,
    begin: () => noteBegun(db, row.id, now())
  }
}

async function noteBegun(db: Db, id: number, now: Date): Promise<void> {
  await db.updateTable('outbox').set({ begun_at: now.getTime() }).where('id', '=', id).execute()
}

async function threadOf(db: Db, row: OutboxStepRow): Promise<OutboundStep['conversation'] | null> {
  const place = row.relay_id === null ? await ofMessage(db, row) : await ofRelay(db, row)
  if (!place) return null
  const references = await listReferences(db, place, row.id)
  return {
    number: place.id,
    replyToken: place.reply_token,
    references,
    isFirst: references.length === 0
  }
}

interface Place {
  id: number
  reply_token: string
  channel: string | null
  /** Of the message itself: what is older came before. */
  message: number
}

function ofMessage(db: Db, { message_id, target_id }: OutboxStepRow): Promise<Place | undefined> {
  return db
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .select(['conversation.id', 'reply_token', 'message.channel', 'message.id as message'])
    .where('message.id', '=', message_id ?? target_id)
    .executeTakeFirst()
}

function ofRelay(db: Db, { relay_id, account_id }: OutboxStepRow): Promise<Place | undefined> {
  return db
    .selectFrom('relay_message')
    .innerJoin('relay', 'relay.id', 'relay_message.relay_id')
    .innerJoin('conversation', 'conversation.id', 'relay.conversation_id')
    .select(['conversation.id', 'reply_token', 'relay_message.message_id as message'])
    .select(eb =>
      eb.selectFrom('account').select('type').where('id', '=', account_id).as('channel')
    )
    .where('relay.id', '=', relay_id)
    .orderBy('relay_message.message_id', 'desc')
    .executeTakeFirst()
}

/** Remote ids of what came before on the same channel, oldest first, relays among them. */
async function listReferences(db: Db, place: Place, beforeStep: number): Promise<string[]> {
  const messages = await db
    .selectFrom('message')
    .select(['remote_id', 'created_at'])
    .where('conversation_id', '=', place.id)
    .where('channel', '=', place.channel)
    .where('remote_id', 'is not', null)
    .where('kind', '!=', 'note')
    .where('id', '<', place.message)
    .orderBy('id')
    .execute()
  const relays = await db
    .selectFrom('relay')
    .innerJoin('outbox', 'outbox.relay_id', 'relay.id')
    .innerJoin('account', 'account.id', 'outbox.account_id')
    .select(['outbox.remote_id', 'outbox.created_at'])
    .where('relay.conversation_id', '=', place.id)
    .where('account.type', '=', place.channel)
    .where('outbox.id', '<', beforeStep)
    .orderBy('outbox.id')
    .execute()
  const rows = [...relays, ...messages].toSorted((a, b) => a.created_at - b.created_at)
  const ids = rows.flatMap(row => row.remote_id ?? [])
  if (ids.length <= maxReferences) return ids
  return [...ids.slice(0, 1), ...ids.slice(1 - maxReferences)]
}

async function filesOf(db: Db, blobs: BlobStore, ids: number[]): Promise<OutboundAttachment[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('attachment')
    .select(['blob_hash', 'filename', 'mime', 'size', 'inline_id', 'kind'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.map(row => ({
    filename: row.filename,
    mime: row.mime,
    size: row.size,
    kind: kindOf(row),
    ...(row.inline_id === null ? {} : { inlineId: row.inline_id }),
    open: () => openFile(blobs, row.blob_hash)
  }))
}

/** An upload says only its type; what came from a customer says more. */
function kindOf({ kind, mime }: { kind: FileKind; mime: string }): FileKind {
  if (kind !== 'file') return kind
  const [family] = mime.toLowerCase().split('/')
  // No messenger shows drawings with scripts in them as pictures.
  if (family === 'image') return mime.includes('svg') ? 'file' : 'image'
  return family === 'audio' || family === 'video' ? family : 'file'
}

type FileKind = NonNullable<OutboundAttachment['kind']>

function openFile(blobs: BlobStore, hash: string | null): AsyncIterable<Uint8Array> {
  if (hash === null) throw new Error('A file of this message is not there')
  return blobs.stream(hash)
}
