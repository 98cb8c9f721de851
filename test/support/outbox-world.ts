import type { ChannelCapabilities } from '../../server/plugin-api/channel.ts'
import type { Test } from 'tap'
import { Dispatcher } from '../../server/channel/outbox/dispatch.ts'
import type { Account, OutboxStepRow } from '../../server/channel/table.ts'
import { addMessage } from '../../server/conversation/add-message.ts'
import { addParticipant } from '../../server/conversation/participant.ts'
import { sendReply, type Reply } from '../../server/conversation/reply/send.ts'
import { startConversation } from '../../server/conversation/start.ts'
import type { Message } from '../../server/conversation/table.ts'
import type { Db } from '../../server/db/schema.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import { accountWorld } from './account-world.ts'
import { settle } from './manual-timing.ts'

/** A business with one account, an agent, and customers who have written. */
export async function outboxWorld(t: Test, capabilities?: ChannelCapabilities) {
  const world = await accountWorld(t)
  if (capabilities) world.provider.capabilities = capabilities
  const { db, timing, tools, supervisor, connect } = world
  const account = await connect()
  const agent = await addAgent(db, 'Sari')
  const dispatcher = new Dispatcher({ ...tools, supervisor })
  const start = async () => {
    await supervisor.start()
    await settle()
    await dispatcher.start()
    await settle()
  }
  const reply = (conversationId: number, text: string, more: Partial<Reply> = {}) =>
    sendReply(db, { conversationId, agentId: agent, text, ...more }, timing.now())
  const ask = (name: string, text = 'Faktur belum diterima', on: Account = account) =>
    customerWrites(db, on, name, text, timing.now())
  return { ...world, account, agent, dispatcher, start, reply, ask }
}

export async function addAgent(db: Db, name: string, isActive = 1): Promise<number> {
  const { id } = await db
    .insertInto('agent')
    .values({
      email: `${name.toLowerCase()}@toko.example`,
      name,
      role: 'agent',
      is_active: isActive,
      created_at: 1
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export interface Asked {
  conversation: number
  customer: number
  identity: number
  message: number
}

/** A new customer's first message, as `receive` would have stored it. */
export async function customerWrites(
  db: Db,
  account: Account,
  name: string,
  text: string,
  now: Date
): Promise<Asked> {
  return inTransaction(db, async trx => {
    const at = now.getTime()
    const customer = await trx
      .insertInto('customer')
      .values({ name, created_at: at, last_seen_at: at })
      .returning('id')
      .executeTakeFirstOrThrow()
    const identity = await trx
      .insertInto('identity')
      .values({
        customer_id: customer.id,
        kind: 'email',
        value: `${name.toLowerCase()}@pelanggan.example`,
        name,
        channel: account.type,
        verified_at: at,
        created_at: at
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const conversation = await startConversation(
      trx,
      {
        customerId: customer.id,
        accountId: account.id,
        channel: account.type,
        subject: 'Faktur Oktober',
        actor: { kind: 'customer', id: String(customer.id) }
      },
      now
    )
    await addParticipant(trx, conversation.id, identity.id, 'customer', now)
    const message = await writeAgain(trx, account, conversation.id, identity.id, text, now)
    const ids = { conversation: conversation.id, customer: customer.id, identity: identity.id }
    return { ...ids, message: message.id }
  })
}

let mails = 0

export function writeAgain(
  trx: Db,
  account: Account,
  conversationId: number,
  identityId: number,
  text: string,
  now: Date
): Promise<Message> {
  const entry = {
    kind: 'inbound' as const,
    accountId: account.id,
    channel: account.type,
    identityId,
    subject: 'Faktur Oktober',
    text,
    isVerified: true,
    remoteId: `<m${++mails}@pelanggan.example>`,
    at: now.getTime()
  }
  return inTransaction(trx, inner => addMessage(inner, conversationId, entry, now))
}

export function stepsOf(db: Db, messageId: number): Promise<OutboxStepRow[]> {
  return db
    .selectFrom('outbox')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('step_index')
    .execute()
}
