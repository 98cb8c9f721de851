import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { conflict, notFound } from '../../errors.ts'
import { recordEvent, type Actor } from '../event.ts'
import { moveConversations, moveIdentities, type Merged } from './merge-customers.ts'

export const undoableMs = 30 * 24 * 60 * 60_000

/**
 * Takes a merge back within 30 days: what had moved moves again, and so do conversations that
 * these addresses have begun since. Answers who is separate again.
 */
export async function unmergeCustomers(
  db: Db,
  eventId: number,
  actor: Actor,
  now: Date
): Promise<number> {
  return inTransaction(db, async trx => {
    const event = await trx
      .selectFrom('event')
      .select(['customer_id', 'particulars', 'at'])
      .where('id', '=', eventId)
      .where('action', '=', 'merged')
      .executeTakeFirst()
    const keptId = event?.customer_id ?? null
    if (!event || keptId === null) throw notFound('event')
    if (now.getTime() - event.at > undoableMs) throw conflict('merge_too_old')
    const merged = JSON.parse(event.particulars) as Merged
    await separate(trx, keptId, merged)
    await moveIdentities(trx, keptId, merged.customer, merged.identities)
    const since = await begunSince(trx, keptId, merged.identities, event.at)
    const conversations = [...new Set([...merged.conversations, ...since])]
    await moveConversations(trx, keptId, merged.customer, now, conversations)
    await restore(trx, keptId, merged)
    await partChats(trx, [keptId, merged.customer])
    const fact = { action: 'unmerged', actor, particulars: { customer: merged.customer } }
    await recordEvent(trx, { customerId: keptId }, fact, now)
    announce(trx, { topic: 'customer.changed', customer: keptId })
    announce(trx, { topic: 'customer.changed', customer: merged.customer })
    return merged.customer
  })
}

/** The event of the last merge of `goneId` into `keptId`. Throws not_found. */
export async function findMerge(db: Db, keptId: number, goneId: number): Promise<number> {
  const events = await db
    .selectFrom('event')
    .select(['id', 'particulars'])
    .where('customer_id', '=', keptId)
    .where('action', '=', 'merged')
    .orderBy('id', 'desc')
    .execute()
  const merge = events.find(
    ({ particulars }) => (JSON.parse(particulars) as Merged).customer === goneId
  )
  if (!merge) throw notFound('merge')
  return merge.id
}

/** Only once: whoever was separated since is not part of this any more. */
async function separate(trx: Db, keptId: number, { customer }: Merged): Promise<void> {
  const result = await trx
    .updateTable('customer')
    .set({ merged_into: null })
    .where('id', '=', customer)
    .where('merged_into', '=', keptId)
    .executeTakeFirst()
  if (result.numUpdatedRows === 0n) throw conflict('not_merged')
}

async function begunSince(trx: Db, keptId: number, identities: number[], at: number) {
  if (identities.length === 0) return []
  const rows = await trx
    .selectFrom('participant')
    .innerJoin('conversation', 'conversation.id', 'participant.conversation_id')
    .select('conversation.id')
    .distinct()
    .where('participant.identity_id', 'in', identities)
    .where('participant.role', '=', 'customer')
    .where('conversation.customer_id', '=', keptId)
    .where('conversation.created_at', '>=', at)
    .execute()
  return rows.map(row => row.id)
}

/** A chat of one must not go on in a conversation of the other; the next message says where it belongs. */
async function partChats(trx: Db, customers: number[]): Promise<void> {
  await trx
    .deleteFrom('joined_chat')
    .where('conversation_id', 'in', db =>
      db.selectFrom('conversation').select('id').where('customer_id', 'in', customers)
    )
    .execute()
}

/** Name and rank as before, unless somebody has changed them since; the notes stay together. */
async function restore(trx: Db, keptId: number, { before, name }: Merged): Promise<void> {
  if (before.name !== '' || name === '') return
  await trx
    .updateTable('customer')
    .set({ name: before.name })
    .where('id', '=', keptId)
    .where('name', '=', name)
    .execute()
}
