import type { Agent } from '../../agent/table.ts'
import { addMessage } from '../../conversation/add-message.ts'
import { agentActor } from '../../conversation/event.ts'
import { startConversation } from '../../conversation/start.ts'
import { findThread } from '../../conversation/thread.ts'
import { normaliseAll, type Sender } from '../../customer/normalise.ts'
import { resolveCustomer } from '../../customer/resolve.ts'
import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'
import type { InboundMessage } from '../../plugin-api/event.ts'
import type { Inbound, Outcome, ReadyMessage } from '../event/inbound.ts'
import { replyByMail } from './reply-by-mail.ts'
import { storeInbound } from './store-inbound.ts'
import { oneLine, writtenAt } from '../event/written.ts'

/**
 * Mail of a colleague: a forward opens a conversation for the original sender, an answer to one of
 * our own messages goes out to the customer. Undefined when it is neither, or when the sender is not
 * proven to be an agent who may answer today: then it is anybody's message.
 */
export async function receiveFromAgent(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  senders: readonly Sender[],
  now: Date
): Promise<Outcome | undefined> {
  const { event } = ready
  if (inbound.isHistory || event.automatic !== undefined || event.isSpam) return undefined
  const agent = await findAgent(trx, senders)
  if (!agent) return undefined
  if (event.forwarded) {
    return openForwarded(trx, inbound, ready, { agent, forwarded: event.forwarded }, now)
  }
  const thread = await findThread(trx, inbound.account.id, event.hints ?? {})
  if (thread?.proof !== 'signed') return undefined
  await replyByMail(trx, inbound, ready, { agent, conversation: thread.conversation }, now)
  return 'stored'
}

async function findAgent(db: Db, senders: readonly Sender[]): Promise<Agent | undefined> {
  const emails = senders.filter(sender => sender.kind === 'email' && sender.isVerified)
  if (emails.length !== 1 || !emails[0]) return undefined
  return (await selectAgent(db, { email: emails[0].value }))[0]
}

const selectAgent = prepared<{ email: string }>()((db, value) =>
  db
    .selectFrom('agent')
    .selectAll()
    .where('email', '=', value('email'))
    .where('is_active', '=', 1)
    .where('role', '!=', 'guest')
)

async function openForwarded(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  { agent, forwarded }: { agent: Agent; forwarded: NonNullable<InboundMessage['forwarded']> },
  now: Date
): Promise<Outcome | undefined> {
  const original = { ...forwarded.from, verified: false }
  const senders = normaliseAll([original], inbound.rules.country)
  if (senders.length === 0) return undefined
  const person = await resolveCustomer(trx, senders, inbound.account.type, now)
  const opening = {
    customerId: person.customer.id,
    accountId: inbound.account.id,
    channel: inbound.account.type,
    subject: oneLine(forwarded.subject ?? ready.event.subject),
    actor: agentActor(agent.id)
  }
  const conversation = await startConversation(trx, opening, now)
  const place = { ...person, conversation, isNew: true, wasMember: false }
  await storeInbound(
    trx,
    inbound,
    originalOf(ready, forwarded),
    { place, senders, isRelayed: true },
    now
  )
  if (forwarded.note?.trim()) {
    const note = {
      kind: 'note' as const,
      agentId: agent.id,
      text: forwarded.note.slice(0, 200_000)
    }
    const at = writtenAt(ready.event.at, now)
    await addMessage(trx, conversation.id, { ...note, at }, now)
  }
  return 'stored'
}

/**
 * What the original sender wrote; the whole mail stays within reach. The forwarding agent's own recipients
 * and answer address are not theirs.
 */
function originalOf(
  ready: ReadyMessage,
  { text, html }: NonNullable<InboundMessage['forwarded']>
): ReadyMessage {
  const { replyTo: _replyTo, others: _others, threadKey: _threadKey, ...event } = ready.event
  const { html: page, fullHtml, forwardedHtml, ...rest } = ready
  const whole = fullHtml ?? page
  return {
    ...rest,
    event: { ...event, text, fullText: event.fullText ?? event.text },
    ...(html && forwardedHtml ? { html: forwardedHtml } : {}),
    ...(whole ? { fullHtml: whole } : {})
  }
}
