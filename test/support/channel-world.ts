import type { Test } from 'tap'
import type { Message } from '../../server/conversation/table.ts'
import type { SetupOptions } from './app.ts'
import { apiWorld, type ApiWorld, type Call } from './program.ts'
import { until } from './until.ts'

export type { Message }

export interface ChannelWorld extends ApiWorld {
  url: string
  /** An account by the API of programs; its id. */
  addAccount(type: string, name: string, settings: object): Promise<number>
  /** An agent's answer in a conversation; the message's id. */
  reply(conversation: number, text: string, more?: object): Promise<number>
  /** What is in the timelines, oldest first. */
  texts(kind?: 'inbound' | 'outbound'): Promise<string[]>
  messageRow(id: number): Promise<Message>
  statusOf(message: number): Promise<string>
  /** Waits for a message of the timelines with this text. */
  message(text: string): Promise<Message>
}

/** A running, listening Sapa in which a bundled channel is switched on and answers leave at once. */
export async function channelWorld(
  t: Test,
  plugin: string,
  { port = 0, ...options }: SetupOptions & { port?: number } = {}
): Promise<ChannelWorld> {
  const world = await apiWorld(t, { isIdle: false, now: new Date(), ...options })
  const { app, sapa, db, call } = world
  await db.updateTable('agent').set({ undo_seconds: 0 }).execute()
  const { state, reason } = await sapa.plugins.activate(plugin)
  if (state !== 'active') throw new Error(reason ?? state)
  const url = await app.listen({ port, host: '127.0.0.1' })

  const messageRow = (id: number) =>
    db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

  async function create(by: Call, what: string, input: object): Promise<number> {
    const { status, body } = await by(`POST ${what}`, input)
    if (status !== 201) throw new Error(JSON.stringify(body))
    return (body as { id: number }).id
  }

  return {
    ...{ ...world, url, messageRow },
    addAccount: (type, name, settings) => create(call.owner, '/accounts', { type, name, settings }),
    reply: (conversation, text, more = {}) =>
      create(call.agent, `/conversations/${conversation}/messages`, {
        kind: 'reply',
        text,
        ...more
      }),
    async texts(kind = 'inbound') {
      const rows = await db
        .selectFrom('message')
        .select('text')
        .where('kind', '=', kind)
        .orderBy('id')
        .execute()
      return rows.map(({ text }) => text)
    },
    statusOf: async id => (await messageRow(id)).status ?? '',
    message: text =>
      until(
        () => db.selectFrom('message').selectAll().where('text', '=', text).executeTakeFirst(),
        { what: `the message "${text}"` }
      )
  }
}
