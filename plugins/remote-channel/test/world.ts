import type { Test } from 'tap'
import { channelWorld, type ChannelWorld } from '../../../test/support/channel-world.ts'
import { patienceMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'

export interface Heard {
  status: number
  headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it by comparing
  body: any
}

/** `ask('POST ingest', { … })`: what a program with this account's token says and hears. */
export type Ask = (
  what: string,
  body?: unknown,
  headers?: Record<string, string>,
  signal?: AbortSignal
) => Promise<Heard>

export interface RemoteAccount {
  id: number
  token: string
  ask: Ask
}

export interface RemoteWorld extends ChannelWorld {
  connect(name?: string, settings?: Record<string, unknown>): Promise<RemoteAccount>
  askWith(token: string | null): Ask
  makeToken(account: number): Promise<string>
}

/** A running Sapa with the plugin switched on, listening on a port of its own. */
export async function remoteWorld(t: Test): Promise<RemoteWorld> {
  const world = await channelWorld(t, 'remote-channel')
  const { app, sapa, as, url } = world

  const askWith =
    (token: string | null): Ask =>
    async (what, body, headers = {}, signal = AbortSignal.timeout(patienceMs)) => {
      const [method = '', path = ''] = what.split(' ')
      const bearer = token === null ? {} : { authorization: `Bearer ${token}` }
      const isRaw = body instanceof Uint8Array || typeof body === 'string'
      const type = isRaw ? {} : { 'content-type': 'application/json' }
      const payload = isRaw ? { body } : { body: JSON.stringify(body) }
      const response = await fetch(`${url}/p/remote-channel/v1/${path}`, {
        ...{ method, signal },
        headers: { ...bearer, ...(body === undefined ? {} : type), ...headers },
        ...(body === undefined ? {} : (payload as { body: string }))
      })
      const bytes = Buffer.from(await response.arrayBuffer())
      const isJson = response.headers.get('content-type')?.startsWith('application/json')
      const heard: unknown = isJson ? JSON.parse(bytes.toString()) : bytes
      return { status: response.status, headers: response.headers, body: heard }
    }

  async function makeToken(account: number): Promise<string> {
    const request = {
      method: 'POST' as const,
      url: '/p/remote-channel/tokens',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `account=${account}`
    }
    const page = await app.inject(as.admin(request))
    const token = /sapart_\d+_[\w-]{43}/.exec(page.payload)?.[0]
    if (!token) throw new Error(`${page.statusCode}: ${page.payload}`)
    return token
  }

  async function connect(name = 'Aplikasi kami', settings = {}): Promise<RemoteAccount> {
    const form = { channelName: name, ...settings }
    const id = await world.addAccount('remote', name, form)
    await until(() => sapa.supervisor.session(id), { what: 'the account to open' })
    const token = await makeToken(id)
    return { id, token, ask: askWith(token) }
  }

  return { ...world, askWith, makeToken, connect }
}

export const question = (id: string, more: object = {}) => ({
  type: 'message',
  id,
  thread: 'obrolan-7',
  from: { id: 'u-7', name: 'Budi Santoso' },
  text: `Faktur belum diterima (${id})`,
  ...more
})

/** A customer has written; the conversation that it opened. */
export async function customerWrote(
  world: RemoteWorld,
  { ask, id }: RemoteAccount,
  thread = 'obrolan-7'
): Promise<number> {
  const from = { id: `pelanggan-${thread}`, name: 'Budi Santoso' }
  await ask('POST ingest', question(`awal-${id}-${thread}`, { thread, from }))
  const find = () =>
    world.db
      .selectFrom('message')
      .select('conversation_id as conversation')
      .where('account_id', '=', id)
      .where('remote_id', '=', `awal-${id}-${thread}`)
      .executeTakeFirst()
  return (await until(find, { what: 'the first message' })).conversation
}
