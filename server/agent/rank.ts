import { conflict, DomainError } from '../errors.ts'
import type { Db } from '../db/schema.ts'
import { isAtLeast, may } from './permission.ts'
import type { Agent, Role } from './table.ts'

/** Nobody raises, changes or removes anybody above themselves. */
export function checkRank(actor: Agent, ...ranks: Role[]): void {
  const isAllowed =
    may(actor.role, 'agent:manage') && ranks.every(rank => isAtLeast(actor.role, rank))
  if (!isAllowed) throw new DomainError('above_own_rank', 403)
}

/** Somebody must always be able to open every door. */
export async function keepAnOwner(trx: Db, leaving: Agent): Promise<void> {
  if (leaving.role !== 'owner') return
  const other = await trx
    .selectFrom('agent')
    .select('id')
    .where('role', '=', 'owner')
    .where('is_active', '=', 1)
    .where('id', '!=', leaving.id)
    .executeTakeFirst()
  if (!other) throw conflict('last_owner')
}
