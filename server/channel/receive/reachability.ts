import { announceComposers } from '../../conversation/announce-composers.ts'
import { closeWay, listClosedWays, openWay } from '../../conversation/reply/closed-way.ts'
import { recordEvent, system } from '../../conversation/event.ts'
import { findVerified } from '../../customer/identity.ts'
import { normaliseAll } from '../../customer/normalise.ts'
import type { IdentityRow } from '../../customer/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { Reachability } from '../../plugin-api/event.ts'
import type { Inbound, Outcome } from '../event/inbound.ts'
import { newestOpen } from './newest-open.ts'
import { oneLine, writtenAt } from '../event/written.ts'

/** An address can no longer be written to, or can be again. Only of somebody whom the channel has proven. */
export async function receiveReachability(
  trx: Db,
  { account, rules }: Pick<Inbound, 'account' | 'rules'>,
  news: Reachability,
  now: Date
): Promise<Outcome> {
  const [from] = normaliseAll([news.from], rules.country)
  const row = from?.isVerified ? await findVerified(trx, from) : undefined
  if (!row) return 'ignored'
  const way = { accountId: account.id, identityId: row.id }
  const ways = await listClosedWays(trx, [row.id])
  const closed = ways.find(one => one.account_id === account.id)
  if (news.isReachable === (closed === undefined)) return 'ignored'
  const at = writtenAt(news.at, now)
  if (closed && at < closed.at) return 'ignored'

  if (news.isReachable) await openWay(trx, way)
  else await closeWay(trx, way, { at, reason: inWords(news.reason) })
  await tell(trx, account, row, news, now)
  await announceComposers(trx, row.customer_id)
  return 'stored'
}

/** Kept in both languages: who reads it is not known yet. */
const inWords = (reason: Reachability['reason']): string | null =>
  reason ? JSON.stringify({ en: oneLine(reason.en), id: oneLine(reason.id) }) : null

async function tell(
  trx: Db,
  account: Inbound['account'],
  { customer_id: customerId }: IdentityRow,
  { isReachable, reason }: Reachability,
  now: Date
): Promise<void> {
  const conversationId = await newestOpen(trx, customerId, account.id)
  const about = { customerId, ...(conversationId === undefined ? {} : { conversationId }) }
  const words = reason && { en: oneLine(reason.en), id: oneLine(reason.id) }
  const action = isReachable ? 'reachable' : words ? 'unreachable_because' : 'unreachable'
  const particulars = { name: account.name, ...(words && !isReachable ? { reason: words } : {}) }
  await recordEvent(trx, about, { action, actor: system, particulars }, now)
  if (conversationId !== undefined) {
    announce(trx, { topic: 'event.added', conversation: conversationId })
  }
}
