import type { Db } from '../../db/schema.ts'
import { findRemote } from './find-remote.ts'
import type { Change, Inbound, Outcome } from '../event/inbound.ts'
import { park } from './park.ts'
import { receiveAccountNews } from './account-news.ts'
import { receiveDeletion } from './deletion.ts'
import { receiveEdit } from './edit.ts'
import { receiveReachability } from './reachability.ts'
import { receiveReaction } from './reaction.ts'
import { receiveTemplate } from './template.ts'

/** Something is said about what is there already: a message, an address, a template, the account. */
export async function receiveChange(
  trx: Db,
  inbound: Pick<Inbound, 'account' | 'rules'>,
  change: Change,
  now: Date
): Promise<Outcome> {
  const { account, rules } = inbound
  if (change.type === 'reachability') return receiveReachability(trx, inbound, change, now)
  if (change.type === 'template') return receiveTemplate(trx, account.id, change)
  if (change.type === 'account') return receiveAccountNews(trx, account.id, change)

  const message = await findRemote(trx, account.id, change.remoteId)
  if (!message) {
    await park(trx, account.id, change, now)
    return 'stored'
  }
  if (change.type === 'edit') return receiveEdit(trx, message, change, now)
  if (change.type === 'deletion') return receiveDeletion(trx, message, change, now)
  return receiveReaction(trx, message, change, rules.country, now)
}
