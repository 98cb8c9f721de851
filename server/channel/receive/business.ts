import { addMessage } from '../../conversation/add-message.ts'
import { chooseConversation } from '../../conversation/choose.ts'
import { addParticipant } from '../../conversation/participant.ts'
import { startConversation } from '../../conversation/start.ts'
import { findThread } from '../../conversation/thread.ts'
import type { Conversation } from '../../conversation/table.ts'
import { normaliseAll } from '../../customer/normalise.ts'
import { resolveCustomer, type Person } from '../../customer/resolve.ts'
import { system } from '../../conversation/event.ts'
import type { Db } from '../../db/schema.ts'
import type { Inbound, Outcome, ReadyMessage } from '../event/inbound.ts'
import { applyParkedChanges } from './apply-parked.ts'
import { findQuoted } from './find-quoted.ts'
import { storeFiles } from './store-files.ts'
import { entryOf } from './store-inbound.ts'
import { oneLine, writtenAt } from '../event/written.ts'

/** The business wrote outside of Sapa, such as from the phone: an answer that has gone out already. */
export async function receiveFromBusiness(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  now: Date
): Promise<Outcome> {
  const { event } = ready
  const customers = normaliseAll((event.others ?? []).slice(0, 1), inbound.rules.country)
  const thread = await findThread(trx, inbound.account.id, event.hints ?? {})
  if (!thread && customers.length === 0) return 'ignored'
  const person = await resolveFor(trx, inbound, thread?.conversation, customers, now)
  const conversation = thread?.conversation ?? (await findOrStart(trx, inbound, ready, person, now))
  const place = { ...person, conversation, isNew: false, wasMember: true }
  const written = entryOf(inbound, ready, { place, senders: [] }, now)
  const entry = {
    ...written,
    ...(await findQuoted(trx, inbound.account.id, event, person.customer.id)),
    headers: { ...written.headers, isFromOutside: true },
    kind: 'outbound' as const,
    status: 'sent' as const,
    isQuiet: inbound.isHistory
  }
  const message = await addMessage(trx, conversation.id, entry, now)
  const partId = event.albumKey === undefined ? null : event.remoteId
  await storeFiles(trx, { accountId: inbound.account.id, message, partId }, ready.files, now)
  if (person.identity) {
    await addParticipant(trx, conversation.id, person.identity.id, 'customer', now)
  }
  await applyParkedChanges(trx, inbound, event.remoteId, now)
  return 'stored'
}

async function resolveFor(
  trx: Db,
  inbound: Inbound,
  conversation: Conversation | undefined,
  customers: ReturnType<typeof normaliseAll>,
  now: Date
): Promise<Person> {
  if (!conversation) return resolveCustomer(trx, customers, inbound.account.type, now)
  const customer = await trx
    .selectFrom('customer')
    .selectAll()
    .where('id', '=', conversation.customer_id)
    .executeTakeFirstOrThrow()
  return { customer, identity: null }
}

async function findOrStart(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  person: Person,
  now: Date
): Promise<Conversation> {
  const { account, rules, isHistory } = inbound
  const choice = {
    accountId: account.id,
    channel: account.type,
    threadKey: ready.event.threadKey,
    customerId: person.customer.id,
    isVerified: false,
    isAutomatic: true,
    ...rules
  }
  const known = await chooseConversation(trx, choice, now)
  if (known) return known
  const opening = {
    customerId: person.customer.id,
    accountId: account.id,
    channel: account.type,
    subject: oneLine(ready.event.subject),
    actor: system,
    ...(ready.event.threadKey === undefined ? {} : { threadKey: ready.event.threadKey }),
    ...(isHistory ? { status: 'closed' as const } : {})
  }
  const at = isHistory ? new Date(writtenAt(ready.event.at, now)) : now
  return startConversation(trx, opening, at)
}
