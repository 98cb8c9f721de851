import type { Test } from 'tap'
import { channelWorld, type ChannelWorld } from '../../../test/support/channel-world.ts'
import { until } from '../../../test/support/until.ts'
import { callUntilTaken } from '../provider/call.ts'
import { envelope, message, messages, status, statuses, type Writer } from '../provider/payload.ts'
import { startProvider, type Provider } from '../provider/start.ts'
import type { Phone, Taken, World } from '../provider/world.ts'

export const verifyToken = 'sapa-verify-2211'

export const budi: Writer = {
  name: 'Budi Santoso',
  phone: '6281234567890',
  userId: 'ID.71002233445566778899'
}

export interface Connected {
  id: number
  phone: Phone
  /** Where Meta calls. */
  url: string
}

export interface WhatsAppWorld extends ChannelWorld {
  meta: Provider
  /** What the stand-in of Meta knows. */
  graph: World
  connect(phone?: Phone, settings?: Record<string, unknown>): Promise<Connected>
  /** Changes in one call, repeated until Sapa has taken them. */
  bring(account: Connected, ...changes: Record<string, unknown>[]): Promise<void>
  /** A customer writes; the conversation in which it stands. */
  write(
    account: Connected,
    more: Parameters<typeof message>[2],
    writer?: Writer
  ): Promise<{ conversation: number; message: number; remoteId: string }>
  /** The request that brought this message to Meta. */
  takenFor(message: number): Promise<Taken>
  tell(account: Connected, taken: Taken, word: string, more?: object): Promise<void>
  settled(): Promise<unknown>
}

/** A running Sapa with the plugin switched on, and a Meta at the socket. */
export async function whatsappWorld(t: Test, options: object = {}): Promise<WhatsAppWorld> {
  const meta = await startProvider()
  t.teardown(() => meta.stop())
  const env = { ALLOW_PRIVATE_HOSTS: '127.0.0.1' }
  const world = await channelWorld(t, 'whatsapp', { env, ...options })
  const { sapa, db, url: origin } = world
  const graph = meta.world

  async function connect(phone = graph.phones[0] as Phone, more = {}): Promise<Connected> {
    const settings = { ...formOf(graph, phone, meta.url), ...more }
    const id = await world.addAccount('whatsapp', phone.name, settings)
    await until(() => sapa.supervisor.session(id), { what: 'the account to open' })
    const row = await db
      .selectFrom('account')
      .select('webhook_secret')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return { id, phone, url: `${origin}/hooks/whatsapp/${id}/${row.webhook_secret}` }
  }

  const bring: WhatsAppWorld['bring'] = async ({ url }, ...changes) => {
    await callUntilTaken(url, envelope(graph, changes), graph.appSecret, 5_000)
  }

  return {
    ...{ ...world, meta, graph, connect, bring },
    async write(account, more, writer = budi) {
      const one = message(graph, writer, more)
      await bring(account, messages(account.phone, writer, [one]))
      const remoteId = String(one['id'])
      const row = await until(
        () =>
          db
            .selectFrom('message')
            .select(['id', 'conversation_id'])
            .where('remote_id', '=', remoteId)
            .executeTakeFirst(),
        { what: `the message ${remoteId}` }
      )
      return { conversation: row.conversation_id, message: row.id, remoteId }
    },
    takenFor: id =>
      until(
        async () => {
          const { remote_id: remoteId } = await db
            .selectFrom('outbox')
            .select('remote_id')
            .where('message_id', '=', id)
            .executeTakeFirstOrThrow()
          return graph.taken.find(one => one.id === remoteId)
        },
        { what: 'Meta to take the message' }
      ),
    tell: (account, taken, word, more = {}) =>
      bring(account, statuses(account.phone, [status(graph, taken, word, more)])),
    settled: () =>
      until(
        async () => {
          const waiting = await db
            .selectFrom('journal')
            .select('id')
            .where('state', '=', 'pending')
            .executeTakeFirst()
          return waiting === undefined
        },
        { what: 'the journal to be read' }
      )
  }
}

/** A working form for a number of the stand-in. */
export const formOf = (graph: World, phone: Phone, apiUrl: string) => ({
  ...{ phoneNumberId: phone.id, wabaId: phone.waba, accessToken: phone.token },
  ...{ appSecret: graph.appSecret, verifyToken, apiUrl, apiVersion: 'v25.0' }
})
