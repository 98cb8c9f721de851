import { recordBlob } from '../../blob/record.ts'
import type { BlobStore } from '../../blob/store.ts'
import type { Attachment } from '../../conversation/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { DomainError } from '../../errors.ts'
import type { ChannelSession, MediaStream } from '../../plugin-api/channel.ts'
import { failureOf } from '../failure.ts'

export interface MediaTools {
  db: Db
  blobs: BlobStore
  sessions: { session(accountId: number): ChannelSession | null }
  clock: () => Date
}

export interface MediaRequest {
  accountId: number
  attachmentId: number
}

const maxBytes = 100 * 1024 * 1024

/** Fetches one file from its provider. Throws to be tried again. */
export async function fetchMedia(
  tools: MediaTools,
  request: MediaRequest,
  signal: AbortSignal
): Promise<void> {
  const attachment = await findPending(tools.db, request.attachmentId)
  if (!attachment?.ref) return
  const session = tools.sessions.session(request.accountId)
  if (!session) throw new Error('The account is not connected')
  if (!session.media) return markMedia(tools.db, attachment.id, 'failed')
  try {
    await keep(tools, attachment, await session.media(attachment.ref, signal))
  } catch (error) {
    const isGone = !signal.aborted && failureOf(error).kind === 'permanent'
    // Visible from the first failure; a later attempt may still bring it, unless there is nothing to bring.
    await markMedia(tools.db, attachment.id, isGone ? 'gone' : 'failed')
    const isTooLarge = error instanceof DomainError && error.code === 'too_large'
    if (!isGone && !isTooLarge) throw error
  }
}

async function markMedia(db: Db, attachmentId: number, state: 'failed' | 'gone'): Promise<void> {
  await inTransaction(db, async trx => {
    await trx
      .updateTable('attachment')
      .set({ state })
      .where('id', '=', attachmentId)
      .where('state', '!=', 'ready')
      .execute()
    await tellMessage(trx, attachmentId)
  })
}

function findPending(db: Db, id: number): Promise<Attachment | undefined> {
  return db
    .selectFrom('attachment')
    .selectAll()
    .where('id', '=', id)
    .where('state', '!=', 'ready')
    .executeTakeFirst()
}

async function keep(tools: MediaTools, attachment: Attachment, media: MediaStream): Promise<void> {
  const blob = await tools.blobs.put(media.stream, { maxBytes })
  if (media.size !== undefined && media.size !== blob.size) {
    throw new Error('The provider sent only a part of the file')
  }
  await inTransaction(tools.db, async trx => {
    await recordBlob(trx, blob, tools.clock())
    await trx
      .updateTable('attachment')
      .set({ blob_hash: blob.hash, size: blob.size, state: 'ready' })
      .where('id', '=', attachment.id)
      .execute()
    await tellMessage(trx, attachment.id)
  })
}

async function tellMessage(trx: Db, attachmentId: number): Promise<void> {
  const message = await trx
    .selectFrom('attachment')
    .innerJoin('message', 'message.id', 'attachment.message_id')
    .select(['message.id', 'message.conversation_id'])
    .where('attachment.id', '=', attachmentId)
    .executeTakeFirst()
  if (!message) return
  const { id, conversation_id: conversation } = message
  announce(trx, { topic: 'message.changed', conversation, message: id })
}
