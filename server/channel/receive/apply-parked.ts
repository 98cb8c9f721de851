import type { Db } from '../../db/schema.ts'
import type { Inbound } from '../event/inbound.ts'
import { takeParked } from './park.ts'
import { receiveChange } from './change.ts'
import { inboundRules } from './rules.ts'

type Where = Pick<Inbound, 'account' | 'rules'>

/** A message is known by this id from now on: what was said about it before takes effect. */
export async function applyParkedChanges(
  trx: Db,
  where: Where,
  remoteId: string,
  now: Date
): Promise<void> {
  for (const change of await takeParked(trx, where.account.id, remoteId)) {
    await receiveChange(trx, where, change, now)
  }
}

/** The same for a message of ours whose ids the provider has just told. */
export async function applyParkedOfSent(
  trx: Db,
  accountId: number,
  remoteIds: readonly string[],
  now: Date
): Promise<void> {
  for (const remoteId of remoteIds) {
    const changes = await takeParked(trx, accountId, remoteId)
    if (changes.length === 0) continue
    const account = await trx
      .selectFrom('account')
      .selectAll()
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow()
    const where = { account, rules: await inboundRules(trx) }
    for (const change of changes) await receiveChange(trx, where, change, now)
  }
}
