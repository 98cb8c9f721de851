import { previewAgain } from '../../conversation/preview/again.ts'
import type { Message } from '../../conversation/table.ts'
import { takeBack } from '../../conversation/take-back.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { MessageDeletion } from '../../plugin-api/event.ts'
import type { Outcome } from '../event/inbound.ts'
import { retell, type Retold } from './message-part.ts'
import { writtenAt } from '../event/written.ts'

/** A message, or one part of it, was taken back where it was written. */
export async function receiveDeletion(
  trx: Db,
  message: Message,
  deletion: MessageDeletion,
  now: Date
): Promise<Outcome> {
  if (message.deleted_at !== null) return 'ignored'
  const retold = await retell(trx, message, deletion.remoteId, '')
  if (!retold) return 'ignored'
  const isWhole = retold === 'whole' || !(await isSomethingLeft(trx, message, retold))
  if (isWhole) await takeBack(trx, message, writtenAt(deletion.at, now), now)
  else await removePart(trx, message, retold, now)
  return 'stored'
}

async function isSomethingLeft(trx: Db, message: Message, { text, fileIds }: Retold) {
  if (text.trim() !== '') return true
  const files = await trx
    .selectFrom('attachment')
    .select('id')
    .where('message_id', '=', message.id)
    .execute()
  return files.some(({ id }) => !fileIds.includes(id))
}

/** Earlier texts go as well: they hold the words of the part. */
async function removePart(trx: Db, message: Message, retold: Retold, now: Date): Promise<void> {
  const { id, conversation_id: conversation } = message
  if (retold.fileIds.length > 0) {
    await trx
      .deleteFrom('attachment')
      .where('message_id', '=', id)
      .where('id', 'in', retold.fileIds)
      .execute()
  }
  await trx.deleteFrom('message_version').where('message_id', '=', id).execute()
  await trx.deleteFrom('message_body').where('message_id', '=', id).execute()
  const headers = retold.headers ? { headers: JSON.stringify(retold.headers) } : {}
  await trx
    .updateTable('message')
    .set({ text: retold.text, has_html: 0, has_quote: 0, ...headers })
    .where('id', '=', id)
    .execute()
  await previewAgain(trx, id, now)
  announce(trx, { topic: 'message.changed', conversation, message: id })
}
