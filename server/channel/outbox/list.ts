import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import type { OutboxStepRow } from '../table.ts'

const columns = [
  'outbox.id',
  'outbox.message_id',
  'outbox.account_id',
  'outbox.kind',
  'outbox.step_index',
  'outbox.steps',
  'outbox.state',
  'outbox.attempts',
  'outbox.send_after',
  'outbox.remote_id',
  'outbox.error_kind',
  'outbox.error_code',
  'outbox.error_text',
  'outbox.created_at',
  'outbox.finished_at'
] as const

export type ListedStep = Omit<
  OutboxStepRow,
  'payload' | 'client_ref' | 'thread' | 'claimed_at' | 'begun_at' | 'relay_id' | 'target_id'
> & {
  conversation_id: number | null
}

export interface StepFilter {
  state?: 'queued' | 'sending' | 'failed' | 'unknown' | undefined
  accountId?: number | undefined
}

/** Steps by id, newest first, without what they carry. */
export function listSteps(
  db: Db,
  { state, accountId }: StepFilter,
  { before, limit }: { before: number | undefined; limit: number }
): Promise<ListedStep[]> {
  let query = db
    .selectFrom('outbox')
    .leftJoin('message', 'message.id', 'outbox.message_id')
    .select(columns)
    .leftJoin('relay', 'relay.id', 'outbox.relay_id')
    .leftJoin('message as target', 'target.id', 'outbox.target_id')
    .select(eb =>
      eb.fn
        .coalesce('message.conversation_id', 'relay.conversation_id', 'target.conversation_id')
        .as('conversation_id')
    )
    .orderBy('outbox.id', 'desc')
    .limit(limit)
  if (before !== undefined) query = query.where('outbox.id', '<', before)
  if (accountId !== undefined) query = query.where('outbox.account_id', '=', accountId)
  if (state) query = query.where(inTrouble(state)).where('outbox.state', '=', state)
  return query.execute()
}

/** The words of the index that makes this quick in a database with millions of sent steps. */
function inTrouble(state: string) {
  return state === 'failed' || state === 'unknown'
    ? sql<boolean>`outbox.state in ('failed', 'unknown')`
    : sql<boolean>`outbox.state in ('queued', 'sending')`
}
