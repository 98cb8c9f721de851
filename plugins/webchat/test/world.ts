import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Test } from 'tap'
import { channelWorld, type ChannelWorld } from '../../../test/support/channel-world.ts'
import { patienceMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import type { ChatEvent, ChatMessage, History } from '../wire.ts'

export interface Heard {
  status: number
  headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it by comparing
  body: any
}

export type Ask = (what: string, body?: unknown, headers?: Record<string, string>) => Promise<Heard>

export interface Guest {
  token: string
  /** `ask('POST typing', { isTyping: true })` with this visitor's token. */
  ask: Ask
  write(text: string, more?: object): Promise<Heard>
  history(query?: string): Promise<History>
  listen(lastSeq?: number): Promise<Ear>
}

/** An open stream. */
export interface Ear {
  status: number
  events: ChatEvent[]
  messages(): ChatMessage[]
  /** Resolves when the server has ended it. */
  ended: Promise<void>
  close(): void
}

export interface ChatWorld extends ChannelWorld {
  account: number
  key: string
  guest(headers?: Record<string, string>, key?: string): Guest
  askWith(token: string | null, key?: string): Ask
  conversationOf(text: string): Promise<number>
  /** Another widget; its key. */
  connect(name: string, settings?: Record<string, unknown>): Promise<{ id: number; key: string }>
  configure(settings: Record<string, unknown>): Promise<void>
}

/** A running Sapa with web chat switched on, listening on a port of its own. */
export async function chatWorld(t: Test): Promise<ChatWorld> {
  const world = await channelWorld(t, 'webchat')
  const { sapa, db, call, url } = world

  const keyOf = async (id: number) => {
    const find = async () => {
      if (!sapa.supervisor.session(id)) return undefined
      const made = sql<{ key: string }>`select key from webchat_widget where account_id = ${id}`
      return (await made.execute(db)).rows[0]
    }
    return (await until(find, { what: 'the widget to open' })).key
  }

  async function connect(name: string, settings = {}) {
    const id = await world.addAccount('webchat', name, settings)
    return { id, key: await keyOf(id) }
  }

  const first = await connect('Toko Sinar', { newPerMinute: 1000 })

  const askWith =
    (token: string | null, key = first.key, usual: Record<string, string> = {}): Ask =>
    async (what, body, headers = {}) => {
      const [method = '', path = ''] = what.split(' ')
      const bearer = token === null ? {} : { authorization: `Bearer ${token}` }
      const isRaw = body instanceof Uint8Array || typeof body === 'string'
      const type = isRaw || body === undefined ? {} : { 'content-type': 'application/json' }
      const payload = isRaw ? body : JSON.stringify(body)
      const response = await fetch(`${url}/chat/${key}/${path}`, {
        ...{ method, headers: { ...usual, ...bearer, ...type, ...headers } },
        ...(body === undefined ? {} : { body: payload as string }),
        signal: AbortSignal.timeout(patienceMs)
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      const isJson = response.headers.get('content-type')?.startsWith('application/json')
      const heard: unknown = isJson ? JSON.parse(bytes.toString()) : bytes
      return { status: response.status, headers: response.headers, body: heard }
    }

  function guest(headers: Record<string, string> = {}, key = first.key): Guest {
    const token = randomBytes(32).toString('base64url')
    const ask = (askWith as (...all: unknown[]) => Ask)(token, key, headers)
    return {
      ...{ token, ask },
      write: (text, more = {}) =>
        ask('POST messages', { clientId: randomUUID(), text, files: [], ...more }),
      history: async (query = '') => (await ask(`GET messages${query}`)).body as History,
      listen: last => listen(t, `${url}/chat/${key}/stream`, token, last)
    }
  }

  return {
    ...world,
    ...{ account: first.id, key: first.key, guest, connect },
    askWith: (token, key) => askWith(token, key),
    async configure(settings) {
      const before = sapa.supervisor.session(first.id)
      const saved = await call.owner(`PATCH /accounts/${first.id}`, { settings })
      if (saved.status !== 200) throw new Error(JSON.stringify(saved.body))
      await until(() => {
        const session = sapa.supervisor.session(first.id)
        return session !== null && session !== before
      })
    },
    conversationOf: async text => (await world.message(text)).conversation_id
  }
}

async function listen(t: Test, url: string, token: string, last?: number): Promise<Ear> {
  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const response = await fetch(url, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(last !== undefined && { 'last-event-id': String(last) })
    },
    signal: stop.signal
  })
  const events: ChatEvent[] = []
  const isOpen = response.status === 200
  const ended = isOpen ? readEvents(response, events).catch(() => {}) : Promise.resolve()
  return {
    ...{ status: response.status, events, ended },
    messages: () => events.flatMap(event => (event.type === 'message' ? [event.message] : [])),
    close: () => stop.abort()
  }
}

async function readEvents({ body }: Response, events: ChatEvent[]): Promise<void> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(part, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block
        .split('\n')
        .filter(line => line.startsWith('data:'))
        .map(line => line.slice(5).trim())
      if (data.length > 0) events.push(JSON.parse(data.join('\n')) as ChatEvent)
    }
  }
}
