import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { keepFarewell } from './farewell.ts'
import { findAccount } from './find.ts'
import type { Account } from '../table.ts'

/** Switches an account on or off. What waits in its outbox waits on. */
export async function enableAccount(
  db: Db,
  id: number,
  isEnabled: boolean,
  now: Date
): Promise<Account> {
  return inTransaction(db, async trx => {
    const account = await findAccount(trx, id)
    if (account.is_enabled === Number(isEnabled)) return account
    if (!isEnabled) await keepFarewell(trx, account, now)
    announce(trx, { topic: 'account.changed', account: id })
    return trx
      .updateTable('account')
      .set({
        is_enabled: Number(isEnabled),
        state: 'starting',
        state_reason: null,
        state_since: now.getTime()
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}
