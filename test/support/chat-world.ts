import type { Test } from 'tap'
import { appendJournal } from '../../server/channel/journal/append.ts'
import { closeConversation } from '../../server/conversation/close.ts'
import { agentActor } from '../../server/conversation/event.ts'
import type { Message } from '../../server/conversation/table.ts'
import { make, type Response } from './app.ts'
import { dropPlugin } from './plugin.ts'
import { apiWorld, type ApiWorld } from './program.ts'

const chat = {
  text: { maxLength: 4000, format: 'plain' },
  attachments: { perStep: 1, maxBytes: 1000, withText: true },
  ...{ hasSubject: false, hasCopies: false, startsBy: [], sendsNotices: false },
  receipts: { delivered: false, read: false },
  ...{ isIdempotent: true, rate: { perMinute: 60, parallel: 1 }, undoSeconds: 5 }
}

export interface ChatWorld extends ApiWorld {
  /** Drops a plugin in and switches it on; `code` is the body of `setup(sapa)`. */
  add(id: string, code: string, manifest?: object): Promise<void>
  /** A message of the customer, through the journal. */
  receive(text: string, more?: object): Promise<Message>
  /** A reply of an agent from the page. */
  reply(text: string, more?: object): Promise<Response>
  outbound(): Promise<{ text: string }[]>
  close(): Promise<unknown>
  /** Waits until plugins have heard of everything. */
  settled(): Promise<void>
  account: { id: number }
  first: Message
}

/** A Sapa with a chat channel, one conversation in it, and whatever plugins a test drops in. */
export async function chatWorld(t: Test): Promise<ChatWorld> {
  globalThis.seen = []
  const world = await apiWorld(t)
  const { sapa, db, dataDir, clock, ids, app, as } = world
  const add = async (id: string, code: string, manifest: object = {}) => {
    dropPlugin(dataDir, id, code, { manifest })
    const plugin = await sapa.plugins.activate(id)
    t.match(plugin, { state: 'active' }, plugin.reason ?? id)
  }
  const channel = `sapa.channel({
    type: 'obrolan', label: { en: 'Chat', id: 'Obrolan' }, icon: 'message', identityKinds: ['external'],
    settings: {}, capabilities: () => (${JSON.stringify(chat)}),
    parse: raw => JSON.parse(Buffer.from(raw.body).toString()), open: async () => ({}) })`
  await add('obrolan', channel, { provides: ['channel:obrolan'] })
  const account = await make.account(db, {
    type: 'obrolan',
    capabilities: JSON.stringify(chat),
    acknowledgement: 'Kami balas segera.'
  })
  let count = 0
  const receive = async (text: string, more: object = {}) => {
    const key = `m${++count}`
    const from = [{ kind: 'external', value: 'ratna', namespace: 'obrolan', verified: true }]
    const event = {
      type: 'message',
      key,
      at: clock.now.getTime(),
      remoteId: key,
      from,
      text,
      ...more
    }
    const items = [{ key, body: Buffer.from(JSON.stringify([{ threadKey: 'ratna', ...event }])) }]
    await appendJournal(db, account.id, items, { blobs: sapa.blobs }, clock.now)
    await sapa.journal.drain()
    return db.selectFrom('message').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow()
  }
  const first = await receive('Halo, AC saya bocor')
  const url = `/conversations/${first.conversation_id}/messages`
  const reply = (text: string, more: object = {}): Promise<Response> =>
    app.inject(
      as.agent({
        method: 'POST',
        url,
        headers: { 'hx-request': 'true' },
        payload: {
          kind: 'reply',
          text,
          idempotency_key: `kunci-${++count}-xx`,
          seen: [9999],
          ...more
        }
      })
    )
  const outbound = () =>
    db.selectFrom('message').select('text').where('kind', '=', 'outbound').execute()
  const close = () => closeConversation(db, first.conversation_id, agentActor(ids.agent), clock.now)
  const settled = () => sapa.plugins.hooks.settled()
  return { ...world, add, receive, reply, outbound, close, settled, account, first }
}
