import { onForeignCommit } from '../db/foreign.ts'
import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import type { Logger } from '../plugin-api/account.ts'
import { failureOf } from './failure.ts'

/** Takes over what a command has changed beside the server: accounts and the owner's choices. */
export function heedCommands(db: Db, log: Logger): () => void {
  return onForeignCommit(db, () => {
    retell(db).catch((error: unknown) => {
      log.error({ reason: failureOf(error).text }, 'changes from outside not taken over')
    })
  })
}

async function retell(db: Db): Promise<void> {
  announce(db, { topic: 'settings.changed', keys: [] })
  const rows = await db.selectFrom('account').select('id').execute()
  for (const { id } of rows) announce(db, { topic: 'account.changed', account: id })
}
