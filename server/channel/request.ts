import type { BlobStore } from '../blob/store.ts'
import type { Db } from '../db/schema.ts'
import type { OutboundAttachment, OutboundStep } from '../plugin-api/outbound.ts'
import type { StepPayload } from '../conversation/steps.ts'
import type { OutboxStepRow } from './table.ts'

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
    before: _,
    ...payload
  } = JSON.parse(row.payload) as StepPayload
  const conversation = row.message_id === null ? null : await threadOf(db, row.message_id)
  return {
    ...payload,
    kind: row.kind,
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

async function threadOf(
  db: Db,
  messageId: number
): Promise<NonNullable<OutboundStep['conversation']>> {
  const row = await db
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .select(['conversation.id', 'conversation.reply_token', 'message.channel'])
    .where('message.id', '=', messageId)
    .executeTakeFirstOrThrow()
  const references = await listReferences(db, row.id, row.channel, messageId)
  return {
    number: row.id,
    replyToken: row.reply_token,
    references,
    isFirst: references.length === 0
  }
}

/** Remote ids of what came before on the same channel, oldest first. */
async function listReferences(
  db: Db,
  conversationId: number,
  channel: string | null,
  beforeId: number
): Promise<string[]> {
  const rows = await db
    .selectFrom('message')
    .select('remote_id')
    .where('conversation_id', '=', conversationId)
    .where('channel', '=', channel)
    .where('remote_id', 'is not', null)
    .where('kind', '!=', 'note')
    .where('id', '<', beforeId)
    .orderBy('id')
    .execute()
  const ids = rows.flatMap(row => row.remote_id ?? [])
  if (ids.length <= maxReferences) return ids
  return [...ids.slice(0, 1), ...ids.slice(1 - maxReferences)]
}

async function filesOf(db: Db, blobs: BlobStore, ids: number[]): Promise<OutboundAttachment[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('attachment')
    .select(['blob_hash', 'filename', 'mime', 'size', 'inline_id'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.map(row => ({
    filename: row.filename,
    mime: row.mime,
    size: row.size,
    ...(row.inline_id === null ? {} : { inlineId: row.inline_id }),
    open: () => openFile(blobs, row.blob_hash)
  }))
}

function openFile(blobs: BlobStore, hash: string | null): AsyncIterable<Uint8Array> {
  if (hash === null) throw new Error('A file of this message is not there')
  return blobs.stream(hash)
}
