import type { Db } from '../db/schema.ts'
import type { Conversation, Queue } from './table.ts'

type Counted = Pick<Conversation, 'queue' | 'assignee_id' | 'team_id' | 'account_id'>

/**
 * Moves one conversation from the counters of `before` to those of `after`, in the same transaction
 * as the change, so that the numbers beside the views are exact without counting rows.
 */
export async function recount(
  trx: Db,
  before: Counted | null,
  after: Counted | null
): Promise<void> {
  const changes = new Map<string, Slot>()
  for (const slot of before ? slotsOf(before, -1) : []) add(changes, slot)
  for (const slot of after ? slotsOf(after, 1) : []) add(changes, slot)
  const rows = [...changes.values()].filter(slot => slot.amount !== 0)
  if (rows.length === 0) return
  await trx
    .insertInto('counter')
    .values(rows)
    .onConflict(conflict =>
      conflict
        .columns(['scope', 'owner', 'queue'])
        .doUpdateSet(eb => ({ amount: eb('counter.amount', '+', eb.ref('excluded.amount')) }))
    )
    .execute()
}

interface Slot {
  scope: 'all' | 'assignee' | 'team' | 'account'
  owner: string
  queue: Queue
  amount: number
}

function slotsOf(counted: Counted, amount: number): Slot[] {
  const { queue } = counted
  const owner = (id: number | null) => (id === null ? '' : String(id))
  return [
    { scope: 'all', owner: '', queue, amount },
    { scope: 'assignee', owner: owner(counted.assignee_id), queue, amount },
    { scope: 'team', owner: owner(counted.team_id), queue, amount },
    { scope: 'account', owner: owner(counted.account_id), queue, amount }
  ]
}

function add(changes: Map<string, Slot>, slot: Slot): void {
  const key = `${slot.scope}/${slot.owner}/${slot.queue}`
  const known = changes.get(key)
  if (known) known.amount += slot.amount
  else changes.set(key, slot)
}
