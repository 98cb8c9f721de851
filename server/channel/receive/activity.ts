import { recordEvent } from '../../conversation/event.ts'
import { findChat } from '../../conversation/chat/find.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { Activity } from '../../plugin-api/event.ts'
import type { Inbound, Outcome } from '../event/inbound.ts'
import { webAddress } from '../event/web-address.ts'
import { oneLine, writtenAt } from '../event/written.ts'

/** How many a conversation keeps; the oldest go. */
const mostKept = 200
const maxText = 300

/**
 * What a customer did besides writing becomes a line of the open conversation. It wakes nobody and moves
 * nothing: no badge, no place in a list, no waiting time.
 */
export async function receiveActivity(
  trx: Db,
  inbound: Inbound,
  activity: Activity,
  now: Date
): Promise<Outcome> {
  const { threadKey } = activity
  const text = oneLine(activity.text, maxText).replaceAll(/\p{Surrogate}/gu, '')
  if (inbound.isHistory || threadKey === undefined || text === '') return 'ignored'
  const conversation = await findChat(trx, { accountId: inbound.account.id, threadKey })
  if (!conversation) return 'ignored'
  if (conversation.status === 'closed' && activity.isAfterClose !== true) return 'ignored'
  const url = webAddress(activity.url)
  const fact = {
    action: 'did',
    actor: { kind: 'customer' as const, id: String(conversation.customer_id) },
    particulars: { name: oneLine(activity.name, 60), text, ...(url === null ? {} : { url }) },
    key: `${inbound.account.id}/${activity.key}`
  }
  const at = new Date(writtenAt(activity.at, now))
  if (!(await recordEvent(trx, { conversationId: conversation.id }, fact, at))) return 'ignored'
  await dropOldest(trx, conversation.id)
  announce(trx, { topic: 'event.added', conversation: conversation.id })
  return 'stored'
}

async function dropOldest(trx: Db, conversationId: number): Promise<void> {
  const activities = trx
    .selectFrom('event')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .where('action', '=', 'did')
  const surplus = await activities
    .orderBy('id', 'desc')
    .limit(1)
    .offset(mostKept)
    .executeTakeFirst()
  if (!surplus) return
  await trx
    .deleteFrom('event')
    .where('conversation_id', '=', conversationId)
    .where('action', '=', 'did')
    .where('id', '<=', surplus.id)
    .execute()
}
