import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { notFound } from '../../errors.ts'
import { requestMedia } from './request.ts'

/** Asks the provider once more for a file that did not come. Throws not_found; asking twice is asking once. */
export async function retryMedia(
  db: Db,
  { messageId, token }: { messageId: number; token: string },
  now: Date
): Promise<void> {
  await inTransaction(db, async trx => {
    const file = await trx
      .selectFrom('attachment')
      .innerJoin('message', 'message.id', 'attachment.message_id')
      .select(['attachment.id', 'state', 'ref', 'account_id', 'conversation_id'])
      .where('token', '=', token)
      .where('message.id', '=', messageId)
      .executeTakeFirst()
    if (!file || file.ref === null || file.account_id === null) throw notFound('attachment')
    if (file.state !== 'failed') return
    await trx
      .updateTable('attachment')
      .set({ state: 'pending' })
      .where('id', '=', file.id)
      .execute()
    await requestMedia(trx, file.account_id, file.id, now)
    const { conversation_id: conversation } = file
    announce(trx, { topic: 'message.changed', conversation, message: messageId })
  })
}
