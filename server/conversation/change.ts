import type { Updateable } from 'kysely'
import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import { recount } from './count.ts'
import { recordEvent, type Fact } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation, ConversationTable } from './table.ts'

export type Changes = Omit<Updateable<ConversationTable>, 'id' | 'version' | 'queue'>

/**
 * The one way to change a conversation: row, version, counters, event and news stay together.
 * Call it inside a transaction. Without `fact` the change leaves no line in the timeline.
 */
export async function changeConversation(
  trx: Db,
  id: number,
  changes: Changes,
  fact: Fact | null,
  now: Date
): Promise<Conversation> {
  const before = await findConversation(trx, id)
  const after = await trx
    .updateTable('conversation')
    .set({ ...changes, version: before.version + 1 })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (isRecounted(before, after)) await recount(trx, before, after)
  if (fact) await recordEvent(trx, { conversationId: id }, fact, now)
  announce(trx, { topic: 'conversation.changed', conversation: id })
  return after
}

function isRecounted(before: Conversation, after: Conversation): boolean {
  return (
    before.queue !== after.queue ||
    before.assignee_id !== after.assignee_id ||
    before.team_id !== after.team_id ||
    before.account_id !== after.account_id
  )
}
