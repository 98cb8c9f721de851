import type { Selectable } from 'kysely'
import type { SuggestionTable } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { conflict, notFound } from '../../errors.ts'
import { agentActor } from '../event.ts'
import { mergeCustomers } from './merge-customers.ts'

type Suggestion = Selectable<SuggestionTable>

/** "Yes, the same person": both become one customer. Answers who that is. */
export async function acceptSuggestion(
  db: Db,
  id: number,
  agentId: number,
  now: Date
): Promise<number> {
  return inTransaction(db, async trx => {
    const suggestion = await findOpen(trx, id)
    const { customer_id: own, other_customer_id: other } = suggestion
    if (other === null) throw conflict('suggestion_only_refusable')
    const kept = await mergeCustomers(trx, [own, other], agentActor(agentId), now)
    await decide(trx, [suggestion.id, ...(await twins(trx, own, other))], 'accepted', agentId, now)
    return kept
  })
}

/** "Not the same": the card never comes back. Answers whose card it was. */
export async function refuseSuggestion(
  db: Db,
  id: number,
  agentId: number,
  now: Date
): Promise<number> {
  return inTransaction(db, async trx => {
    const suggestion = await findOpen(trx, id)
    const { customer_id: own, other_customer_id: other } = suggestion
    const same = other === null ? [] : await twins(trx, own, other)
    await decide(trx, [suggestion.id, ...same], 'refused', agentId, now)
    announce(trx, { topic: 'customer.changed', customer: own })
    return own
  })
}

async function findOpen(trx: Db, id: number): Promise<Suggestion> {
  const suggestion = await trx
    .selectFrom('suggestion')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!suggestion) throw notFound('suggestion')
  if (suggestion.state !== 'open') throw conflict('suggestion_decided')
  return suggestion
}

/** The same two people, suggested from either side or for another reason. */
async function twins(trx: Db, own: number, other: number): Promise<number[]> {
  const rows = await trx
    .selectFrom('suggestion')
    .select('id')
    .where('customer_id', 'in', [own, other])
    .where('other_customer_id', 'in', [own, other])
    .where('state', '=', 'open')
    .execute()
  return rows.map(row => row.id)
}

async function decide(
  trx: Db,
  ids: number[],
  state: 'accepted' | 'refused',
  agentId: number,
  now: Date
): Promise<void> {
  await trx
    .updateTable('suggestion')
    .set({ state, decided_by: agentId, decided_at: now.getTime() })
    .where('id', 'in', ids)
    .execute()
}
