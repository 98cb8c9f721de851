import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { createAccount } from '../../server/channel/account/create.ts'
import { appendJournal } from '../../server/channel/journal/append.ts'
import type { Account } from '../../server/channel/table.ts'
import type { Conversation } from '../../server/conversation/table.ts'
import type { AccountContext } from '../../server/plugin-api/account.ts'
import type {
  ChannelDefinition,
  ChannelSession,
  ThreadOf
} from '../../server/plugin-api/channel.ts'
import type { InboundEvent } from '../../server/plugin-api/event.ts'
import { setup, type Setup, type SetupOptions } from './app.ts'
import { listenLive, type Ear } from './listen-live.ts'
import { chatLike } from './scripted-channel.ts'
import { until } from './until.ts'

/** What the channel was told, oldest first. */
export interface Told {
  account: number
  what: 'typing' | 'stopped' | 'read'
  thread: ThreadOf & { remoteId?: string }
}

export interface TalkWorld extends Setup {
  url: string
  account: Account
  told: Told[]
  /** Replaces what the sessions do; set before the account is opened, or between calls. */
  on: { typing?: ChannelSession['typing']; markRead?: ChannelSession['markRead'] }
  /** Another account; `pesan` is a second channel like the first. */
  connect(name: string, type?: string): Promise<Account>
  /** The line of an account, as the channel holds it. */
  line(account?: Account): AccountContext
  /** A customer writes; answers the conversation in which it stands. */
  writes(text: string, more?: Partial<Writing>): Promise<Conversation>
  /** An agent opens the conversation's page and looks at it. */
  looks(conversation: number, who?: Setup['as']['agent']): Promise<void>
  listen(who?: Setup['as']['agent']): Promise<Ear>
}

interface Writing {
  who: string
  account: Account
  email: string
  isHistory: boolean
}

/** A running, listening Sapa with a chat channel whose provider is this process. */
export async function talkWorld(t: Test, options: SetupOptions = {}): Promise<TalkWorld> {
  const world = await setup(t, { isIdle: false, ...options })
  const { sapa, db, app, as } = world
  const told: Told[] = []
  const on: TalkWorld['on'] = {}
  const lines = new Map<number, AccountContext>()
  for (const type of ['obrolan', 'pesan']) {
    sapa.channels.register(definitionOf(type, { lines, told, on }), 'obrolan')
  }
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const connect = async (name: string, type = 'obrolan') => {
    const account = await createAccount(db, sapa, { type, name, form: {} }, sapa.clock())
    await until(() => sapa.supervisor.session(account.id))
    return account
  }
  const account = await connect('Obrolan toko')
  const line = (of = account) => {
    const found = lines.get(of.id)
    if (!found) throw new Error('no line')
    return found
  }
  let count = 0
  const writes = async (text: string, more: Partial<Writing> = {}) => {
    world.clock.forward(1000)
    const { who = 'ratna', account: by = account } = more
    const key = `m${++count}`
    const event = messageOf(key, who, text, { at: world.clock.now.getTime(), email: more.email })
    const items = [{ key, body: Buffer.from(JSON.stringify([event])) }]
    const { isHistory = false } = more
    await appendJournal(db, by.id, items, { blobs: sapa.blobs, isHistory }, world.clock.now)
    const stored = await until(() =>
      db.selectFrom('message').selectAll().where('remote_id', '=', key).executeTakeFirst()
    )
    return db
      .selectFrom('conversation')
      .selectAll()
      .where('id', '=', stored.conversation_id)
      .executeTakeFirstOrThrow()
  }
  const looks = async (conversation: number, who = as.agent) => {
    await app.inject(who({ url: `/conversations/${conversation}` }))
    const beat = { method: 'POST' as const, payload: { state: 'viewing' } }
    await app.inject(who({ ...beat, url: `/conversations/${conversation}/presence` }))
  }
  const listen = async (who = as.agent) => {
    const ear = await listenLive(t, url, who)
    await ear.hears('hello')
    return ear
  }
  return { ...world, url, account, told, on, connect, line, writes, looks, listen }
}

interface Script extends Pick<TalkWorld, 'told' | 'on'> {
  lines: Map<number, AccountContext>
}

function definitionOf(type: string, { lines, told, on }: Script): ChannelDefinition {
  return {
    type,
    label: { en: 'Chat', id: 'Obrolan' },
    icon: 'message-circle',
    colorLight: '#0a6b5d',
    colorDark: '#4fd1b8',
    identityKinds: ['external', 'email'],
    settings: {},
    capabilities: () => ({ ...chatLike, undoSeconds: 0 }),
    parse: raw => JSON.parse(Buffer.from(raw.body).toString()) as InboundEvent[],
    open: async line => {
      const account = line.facts.id
      lines.set(account, line)
      return {
        send: async step => ({ remoteId: `k-${step.clientRef}`, status: 'sent' as const }),
        async typing(thread, isTyping, signal) {
          told.push({ account, what: isTyping ? 'typing' : 'stopped', thread })
          await on.typing?.(thread, isTyping, signal)
        },
        async markRead(thread, signal) {
          told.push({ account, what: 'read', thread })
          await on.markRead?.(thread, signal)
        },
        close: async () => {}
      }
    }
  }
}

function messageOf(
  key: string,
  who: string,
  text: string,
  { at, email }: { at: number; email: string | undefined }
): InboundEvent {
  const name = `${who.charAt(0).toUpperCase()}${who.slice(1)}`
  const visitor = { kind: 'external' as const, namespace: 'obrolan', value: who, name }
  const mail = email ? [{ kind: 'email' as const, value: email, verified: true }] : []
  const from = [{ ...visitor, verified: true }, ...mail]
  return { type: 'message', key, at, remoteId: key, threadKey: who, from, text }
}
