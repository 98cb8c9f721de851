import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { keepFarewell } from './farewell.ts'
import { findAccount } from './find.ts'

/**
 * Forgets an account with its journal and what it has not sent. Its conversations stay, without an
 * account to answer from.
 */
export async function removeAccount(db: Db, id: number, now: Date): Promise<void> {
  await inTransaction(db, async trx => {
    const account = await findAccount(trx, id)
    if (account.is_enabled === 1) await keepFarewell(trx, account, now)
    await moveCounters(trx, id)
    await trx.deleteFrom('account').where('id', '=', id).execute()
    announce(trx, { topic: 'account.changed', account: id })
  })
}

/** The foreign key empties `conversation.account_id`; the numbers beside the views must follow. */
async function moveCounters(trx: Db, id: number): Promise<void> {
  const ofAccount = trx
    .deleteFrom('counter')
    .where('scope', '=', 'account')
    .where('owner', '=', String(id))
    .returning(['queue', 'amount'])
  const counters = await ofAccount.execute()
  if (counters.length === 0) return
  await trx
    .insertInto('counter')
    .values(counters.map(counter => ({ ...counter, scope: 'account' as const, owner: '' })))
    .onConflict(twin =>
      twin
        .columns(['scope', 'owner', 'queue'])
        .doUpdateSet(eb => ({ amount: eb('counter.amount', '+', eb.ref('excluded.amount')) }))
    )
    .execute()
}
