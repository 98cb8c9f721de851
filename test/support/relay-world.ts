import type { Test } from 'tap'
import { receiveReceipt } from '../../server/channel/receipt/receive.ts'
import { addMessage } from '../../server/conversation/add-message.ts'
import { findMessage } from '../../server/conversation/find-message.ts'
import { addParticipant } from '../../server/conversation/participant.ts'
import { startConversation } from '../../server/conversation/start.ts'
import type { Message } from '../../server/conversation/table.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import type { AccountContext } from '../../server/plugin-api/account.ts'
import type { DeliveryReceipt } from '../../server/plugin-api/event.ts'
import { make } from './factory.ts'
import { settle } from './manual-timing.ts'
import { outboxWorld } from './outbox-world.ts'
import { chatLike, Provider } from './scripted-channel.ts'

export const ratna = { kind: 'email' as const, value: 'ratna@pelanggan.example' }

/** A business with a mailbox and a chat; Ratna has written in the chat. */
export async function relayWorld(t: Test) {
  const world = await outboxWorld(t)
  const { db, channels, connect, start, timing, dispatcher } = world
  const chat = new Provider({ ...chatLike, undoSeconds: 0 })
  channels.register(chat.channel('obrolan'), 'obrolan')
  const account = await connect({ type: 'obrolan', name: 'Obrolan toko', address: 'obrolan' })
  await start()
  const line = chat.opened[0] as AccountContext
  const visitor = await visit(world, account.id, 'Ratna')
  const reply = async (text: string, more: object = {}): Promise<Message> => {
    const message = await world.reply(visitor.conversation, text, {
      ...{ accountId: account.id, undoSeconds: 0 },
      ...more
    })
    await settle()
    await dispatcher.drain()
    return findMessage(db, message.id)
  }
  const mails = () => world.provider.sent.map(({ step }) => step)
  const relays = () => db.selectFrom('relay').selectAll().orderBy('id').execute()
  const drain = async () => {
    await settle()
    await dispatcher.drain()
  }
  const relay = async (messages: Message[], to = ratna) => {
    const isQueued = await line.relay(messages.map(refOf), to)
    await drain()
    return isQueued
  }
  const told = (receipt: Partial<DeliveryReceipt>, ref: string) =>
    inTransaction(db, trx =>
      receiveReceipt(
        trx,
        world.account.id,
        { type: 'delivery', key: '', at: 1, ref: { clientRef: ref }, status: 'failed', ...receipt },
        timing.now()
      )
    )
  return {
    ...world,
    chat,
    chatAccount: account,
    line,
    visitor,
    say: reply,
    mails,
    relays,
    relay,
    drain,
    told
  }
}

/** The name under which the chat has got a reply. */
export const refOf = (message: Message) => message.remote_id?.replace(/^<|@.*$/g, '') ?? ''

/** Somebody begins a chat. */
export async function visit(
  { db, timing }: Pick<Awaited<ReturnType<typeof outboxWorld>>, 'db' | 'timing'>,
  accountId: number,
  name: string,
  more: object = {}
) {
  const now = timing.now()
  const customer = await make.customer(db, { name, ...more })
  const identity = await make.identity(db, {
    ...{ customer_id: customer.id, kind: 'external', namespace: 'obrolan:1' },
    ...{ value: name.toLowerCase(), channel: 'obrolan', name: null }
  })
  return inTransaction(db, async trx => {
    const actor = { kind: 'customer' as const, id: String(customer.id) }
    const opening = { customerId: customer.id, accountId, channel: 'obrolan', actor }
    const { id } = await startConversation(trx, { ...opening, threadKey: name.toLowerCase() }, now)
    await addParticipant(trx, id, identity.id, 'customer', now)
    const entry = {
      ...{ kind: 'inbound' as const, accountId, channel: 'obrolan', identityId: identity.id },
      ...{
        text: 'Stok AC masih ada?',
        isVerified: true,
        remoteId: `tanya-${name}`,
        at: now.getTime()
      }
    }
    await addMessage(trx, id, entry, now)
    return { conversation: id, customer: customer.id, identity: identity.id }
  })
}
