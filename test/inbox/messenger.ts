import { deflateSync, crc32 } from 'node:zlib'
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { recordBlob } from '../../server/blob/record.ts'
import { addMessage, type NewMessage } from '../../server/conversation/add-message.ts'
import { startConversation } from '../../server/conversation/start.ts'
import type { Attachment } from '../../server/conversation/table.ts'
import { announce, inTransaction } from '../../server/db/transaction.ts'
import type { ChannelCapabilities } from '../../server/plugin-api/channel.ts'
import { setup, type Setup } from '../support/app.ts'
import { chatLike, Provider } from '../support/scripted-channel.ts'

export const messengerLike: ChannelCapabilities = {
  ...chatLike,
  quotes: true,
  reactions: { emojis: ['👍', '❤️', '😂', '🙏'] },
  edits: { withinHours: 48 },
  removals: { withinHours: 48 },
  receipts: { delivered: true, read: true }
}

export interface MessengerWorld extends Setup {
  url: string
  accountId: number
  identityId: number
  /** The customer's conversation. */
  id: number
  /** The customer writes; returns the message's number. */
  says(text: string, more?: Partial<NewMessage>): Promise<number>
  /** We have written and it has gone out. */
  answers(text: string, more?: Partial<NewMessage>): Promise<number>
  /** Puts a file to a message; returns its token. */
  file(message: number, given: Partial<Attachment> & { bytes?: Buffer }): Promise<string>
  /** As the customer's app tells it: `null` takes it back. */
  reacts(message: number, emoji: string | null): Promise<void>
  /** Whatever a channel does to a message that is there. */
  change(message: number, values: { text?: string; deleted_at?: number }): Promise<void>
}

/** A listening Sapa with one customer on a messenger that can do everything. */
export async function messengerWorld(t: Test): Promise<MessengerWorld> {
  const world = await setup(t)
  const { db, app, sapa, make, clock, ids } = world
  const reasons = {
    '131026': {
      en: 'This number cannot get WhatsApp messages. Write by another channel.',
      id: 'Nomor ini tidak bisa menerima WhatsApp. Tulis lewat saluran lain.'
    }
  }
  const provider = new Provider(messengerLike)
  const kinds = { poll_creation: { en: 'poll', id: 'jajak pendapat' } }
  const look = { label: { en: 'Courier', id: 'Kurir' }, icon: 'glyph-round', reasons, kinds }
  const colors = { colorLight: '#12813c', colorDark: '#5bd08a' }
  sapa.channels.register({ ...provider.channel('kurir'), ...look, ...colors }, 'kurir')
  const account = await make.account(db, {
    ...{ type: 'kurir', name: 'Kurir Toko', address: '+62 812 0000 1122' },
    capabilities: JSON.stringify(messengerLike)
  })
  const customer = await make.customer(db, { name: 'Ratna Kusumawardani' })
  const identity = await make.identity(db, {
    ...{ customer_id: customer.id, name: 'Ratna', channel: 'kurir' },
    ...{ kind: 'external', namespace: 'kurir', value: 'ID.710022' }
  })
  const { id } = await inTransaction(db, trx =>
    startConversation(
      trx,
      {
        ...{ customerId: customer.id, accountId: account.id, channel: 'kurir' },
        ...{ subject: 'Mesin cuci bunyi kasar', threadKey: 'ratna' },
        actor: { kind: 'customer' }
      },
      clock.now
    )
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  let count = 0

  async function add(entry: Partial<NewMessage> & Pick<NewMessage, 'kind' | 'text'>) {
    clock.forward(1000)
    const from = { accountId: account.id, channel: 'kurir', identityId: identity.id }
    const known = { remoteId: `pesan-${++count}`, isVerified: true, at: clock.now.getTime() }
    const message = await inTransaction(db, trx =>
      addMessage(trx, id, { ...from, ...known, ...entry }, clock.now)
    )
    return message.id
  }

  async function tell(work: (trx: typeof db) => Promise<unknown>, message: number) {
    await inTransaction(db, async trx => {
      await work(trx)
      announce(trx, { topic: 'message.changed', conversation: id, message })
    })
  }

  return {
    ...world,
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    accountId: account.id,
    identityId: identity.id,
    id,
    says: (text, more = {}) => add({ kind: 'inbound', text, ...more }),
    async answers(text, more = {}) {
      const reply = { status: 'read', agentId: ids.agent, ...more } as const
      const message = await add({ kind: 'outbound', text, ...reply })
      await db
        .insertInto('outbox')
        .values({
          ...{ message_id: message, account_id: account.id, thread: 'k:ratna', kind: 'message' },
          ...{ client_ref: `c${message}`, state: 'sent', remote_id: `pesan-${count}` },
          payload: JSON.stringify({ text, attachmentIds: [] }),
          ...{ send_after: 1, created_at: clock.now.getTime() }
        })
        .execute()
      return message
    },
    async file(message, { bytes, ...given }) {
      const blob = bytes ? await sapa.blobs.put(bytes) : null
      const token = randomBytes(20).toString('hex')
      await inTransaction(db, async trx => {
        if (blob) await recordBlob(trx, blob, clock.now)
        await trx
          .insertInto('attachment')
          .values({
            ...{ message_id: message, token, filename: 'foto.png', mime: 'image/png' },
            ...{ kind: 'image', state: 'ready', created_at: clock.now.getTime() },
            ...{ blob_hash: blob?.hash ?? null, size: blob?.size ?? 0 },
            ...given
          })
          .execute()
      })
      return token
    },
    reacts: (message, emoji) =>
      tell(async trx => {
        const actor = { actor_kind: 'customer' as const, actor_id: identity.id }
        await trx
          .deleteFrom('reaction')
          .where('message_id', '=', message)
          .where('actor_kind', '=', 'customer')
          .execute()
        if (emoji === null) return
        const reaction = { message_id: message, ...actor, emoji, at: clock.now.getTime() }
        await trx.insertInto('reaction').values(reaction).execute()
      }, message),
    change: (message, { text, ...values }) =>
      tell(async trx => {
        const at = clock.now.getTime()
        if (text !== undefined) {
          const before = trx
            .selectFrom('message')
            .select(['id', 'text', eb => eb.val(at).as('at')])
            .where('id', '=', message)
          await trx
            .insertInto('message_version')
            .columns(['message_id', 'text', 'replaced_at'])
            .expression(before)
            .execute()
        }
        const edit = text === undefined ? {} : { text, edited_at: at }
        await trx
          .updateTable('message')
          .set({ ...edit, ...values })
          .where('id', '=', message)
          .execute()
      }, message)
  }
}

/** A picture of one colour. */
export function png(red: number, green: number, blue: number, side = 32): Buffer {
  const row = Buffer.concat([
    Buffer.from([0]),
    Buffer.concat(Array.from({ length: side }, () => Buffer.from([red, green, blue])))
  ])
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0))
  ])
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content])
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  size.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([size, named, sum])
}

/** A tone that browsers play. */
export function wav(seconds: number): Buffer {
  const rate = 8000
  const samples = Buffer.alloc(rate * seconds)
  for (let n = 0; n < samples.length; n++) samples[n] = 128 + Math.round(60 * Math.sin(n / 5))
  const head = Buffer.alloc(44)
  head.write('RIFF')
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  return Buffer.concat([head, samples])
}
