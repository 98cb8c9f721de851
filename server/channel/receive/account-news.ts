import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { AccountNews } from '../../plugin-api/event.ts'
import { getSetting } from '../../setting/get.ts'
import type { Outcome } from '../event/inbound.ts'
import { oneLine } from '../event/written.ts'

/** The provider speaks of the account itself: a notice stands beside it, a problem needs somebody. */
export async function receiveAccountNews(
  trx: Db,
  accountId: number,
  { level, text }: AccountNews
): Promise<Outcome> {
  const words = { en: oneLine(text.en), id: oneLine(text.id) }
  const notice = JSON.stringify(words)
  await trx.updateTable('account').set({ notice }).where('id', '=', accountId).execute()
  announce(trx, { topic: 'account.changed', account: accountId })
  if (level === 'problem') {
    const reason = words[await getSetting(trx, 'locale')]
    announce(trx, { topic: 'account.problem', account: accountId, reason })
  }
  return 'stored'
}
