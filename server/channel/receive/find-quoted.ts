import type { Db } from '../../db/schema.ts'
import type { InboundMessage } from '../../plugin-api/event.ts'
import { findRemote } from './find-remote.ts'

/** The message that this one answers, when it is one of the same customer: others' words are nobody's business. */
export async function findQuoted(
  db: Db,
  accountId: number,
  { quote }: Pick<InboundMessage, 'quote'>,
  customerId: number
): Promise<{ quotedId?: number }> {
  if (!quote) return {}
  const message = await findRemote(db, accountId, quote.remoteId)
  if (!message) return {}
  const { customer_id } = await db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', message.conversation_id)
    .executeTakeFirstOrThrow()
  return customer_id === customerId ? { quotedId: message.id } : {}
}
