import { sql } from 'kysely'
import type { Customer } from '../customer/table.ts'
import { idList } from '../db/id-list.ts'
import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { conflict, InvalidInput, notFound } from '../errors.ts'
import { recordEvent, type Actor } from './event.ts'

/** What a merge has moved, for its undoing. */
interface Moved {
  customer: number
  identities: number[]
  conversations: number[]
  /** The survivor as it was and as it became. */
  before: Facts
  after: Facts
}

type Facts = Pick<Customer, 'name' | 'note' | 'is_vip'>

/**
 * Two rows were one person: `fromId` becomes a pointer to `intoId`, who has all addresses and
 * conversations from now on. Answers still go to the address that wrote.
 */
export async function mergeCustomers(
  db: Db,
  intoId: number,
  fromId: number,
  actor: Actor,
  now: Date
): Promise<void> {
  if (intoId === fromId) throw new InvalidInput({ customer_id: 'error.field.invalid' })
  await inTransaction(db, async trx => {
    const into = await findUnmerged(trx, intoId)
    const from = await findUnmerged(trx, fromId)
    const before = factsOf(into)
    const after = together(into, from)
    const moved = { ...(await moveAll(trx, fromId, intoId)), customer: fromId, before, after }
    await trx
      .updateTable('customer')
      .set({ ...after, last_seen_at: Math.max(into.last_seen_at, from.last_seen_at) })
      .where('id', '=', intoId)
      .execute()
    await point(trx, fromId, intoId)
    await settleSuggestions(trx, intoId, fromId, actor, now)
    await recordEvent(
      trx,
      { customerId: intoId },
      { action: 'merged', actor, particulars: { ...moved } },
      now
    )
    tell(trx, [intoId, fromId], moved.conversations)
  })
}

/** They are two persons after all. What came after the merge stays with the survivor. */
export async function unmergeCustomers(
  db: Db,
  intoId: number,
  fromId: number,
  actor: Actor,
  now: Date
): Promise<void> {
  await inTransaction(db, async trx => {
    const into = await findUnmerged(trx, intoId)
    const moved = await findMerge(trx, intoId, fromId)
    const { conversations } = await moveAll(trx, intoId, fromId, moved)
    await trx.updateTable('customer').set(takenBack(into, moved)).where('id', '=', intoId).execute()
    await point(trx, fromId, null)
    const fact = { action: 'unmerged', actor, particulars: { customer: fromId } }
    await recordEvent(trx, { customerId: intoId }, fact, now)
    tell(trx, [intoId, fromId], conversations)
  })
}

async function findUnmerged(trx: Db, id: number): Promise<Customer> {
  const customer = await trx
    .selectFrom('customer')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!customer) throw notFound('customer')
  if (customer.merged_into !== null) throw conflict('customer_merged')
  return customer
}

const factsOf = ({ name, note, is_vip }: Customer): Facts => ({ name, note, is_vip })

function together(into: Customer, from: Customer): Facts {
  return {
    name: into.name || from.name,
    note: [into.note, from.note].filter(note => note.trim() !== '').join('\n\n'),
    is_vip: Math.max(into.is_vip, from.is_vip)
  }
}

/** What somebody has changed since the merge is theirs and stays. */
function takenBack(into: Customer, { before, after }: Moved): Facts {
  return {
    name: into.name === after.name ? before.name : into.name,
    note: into.note === after.note ? before.note : into.note,
    is_vip: into.is_vip === after.is_vip ? before.is_vip : into.is_vip
  }
}

async function moveAll(
  trx: Db,
  fromId: number,
  toId: number,
  only?: Pick<Moved, 'identities' | 'conversations'>
) {
  let identities = trx
    .updateTable('identity')
    .set({ customer_id: toId })
    .where('customer_id', '=', fromId)
    .returning('id')
  let conversations = trx
    .updateTable('conversation')
    .set({ customer_id: toId, version: sql`version + 1` })
    .where('customer_id', '=', fromId)
    .returning('id')
  if (only) {
    identities = identities.where('id', 'in', idList(only.identities))
    conversations = conversations.where('id', 'in', idList(only.conversations))
  }
  return {
    identities: (await identities.execute()).map(row => row.id),
    conversations: (await conversations.execute()).map(row => row.id)
  }
}

async function point(trx: Db, id: number, into: number | null): Promise<void> {
  await trx.updateTable('customer').set({ merged_into: into }).where('id', '=', id).execute()
}

/** The card that asked whether they are one person is answered. */
async function settleSuggestions(
  trx: Db,
  one: number,
  other: number,
  actor: Actor,
  now: Date
): Promise<void> {
  await trx
    .updateTable('suggestion')
    .set({
      state: 'accepted',
      decided_by: actor.kind === 'agent' ? Number(actor.id) : null,
      decided_at: now.getTime()
    })
    .where('state', '=', 'open')
    .where('customer_id', 'in', [one, other])
    .where('other_customer_id', 'in', [one, other])
    .execute()
}

async function findMerge(trx: Db, intoId: number, fromId: number): Promise<Moved> {
  const from = await trx
    .selectFrom('customer')
    .select('merged_into')
    .where('id', '=', fromId)
    .executeTakeFirst()
  if (from?.merged_into !== intoId) throw notFound('merge')
  const events = await trx
    .selectFrom('event')
    .select('particulars')
    .where('customer_id', '=', intoId)
    .where('action', '=', 'merged')
    .orderBy('id', 'desc')
    .execute()
  const merges = events.map(event => JSON.parse(event.particulars) as Moved)
  const merge = merges.find(({ customer }) => customer === fromId)
  if (!merge) throw notFound('merge')
  return merge
}

function tell(trx: Db, customers: number[], conversations: number[]): void {
  for (const customer of customers) announce(trx, { topic: 'customer.changed', customer })
  for (const conversation of conversations) {
    announce(trx, { topic: 'conversation.changed', conversation })
  }
}
