import type { Updateable } from 'kysely'
import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import { notFound } from '../errors.ts'
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
  return changeFrom(trx, await findConversation(trx, id), changes, fact, now)
}

/** The same for who has just read it, in this transaction. */
export async function changeFrom(
  trx: Db,
  before: Conversation,
  changes: Changes,
  fact: Fact | null,
  now: Date
): Promise<Conversation> {
  const { id } = before
  const after = await update(trx, id, { ...changes, version: before.version + 1 })
  if (isRecounted(before, after)) await recount(trx, before, after)
  if (fact) await recordEvent(trx, { conversationId: id }, fact, now)
  announce(trx, { topic: 'conversation.changed', conversation: id })
  return after
}

type Columns = Updateable<ConversationTable>

/** One statement for every set of columns; the callers in our code know a few dozen. */
const updates = new Map<string, ReturnType<typeof prepareUpdate>>()

async function update(trx: Db, id: number, columns: Columns): Promise<Conversation> {
  const all = Object.keys(columns) as (keyof Columns)[]
  const names = all.filter(name => columns[name] !== undefined)
  const known = updates.get(names.join()) ?? prepareUpdate(names)
  updates.set(names.join(), known)
  const [after] = await known(trx, { ...columns, id })
  if (!after) throw notFound('conversation')
  return after
}

const prepareUpdate = (names: (keyof Columns)[]) =>
  prepared<Columns & { id: number }>()((db, value) =>
    db
      .updateTable('conversation')
      .set(Object.fromEntries(names.map(name => [name, value(name)])))
      .where('id', '=', value('id'))
      .returningAll()
  )

function isRecounted(before: Conversation, after: Conversation): boolean {
  return (
    before.queue !== after.queue ||
    before.assignee_id !== after.assignee_id ||
    before.team_id !== after.team_id ||
    before.account_id !== after.account_id
  )
}
