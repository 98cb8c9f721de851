import type { InjectOptions } from 'fastify'
import { createApiToken } from '../../server/agent/api-token.ts'
import type { Role } from '../../server/agent/table.ts'
import { setup, type Scope, type Setup, type SetupOptions } from './app.ts'
import { Provider } from './scripted-channel.ts'

export interface Answer {
  status: number
  headers: Record<string, unknown>
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it by comparing
  body: any
}

/** `call('POST /conversations/3/messages', { kind: 'note', text: '…' })` with the token of a program. */
export type Call = (
  what: string,
  payload?: unknown,
  headers?: Record<string, string>
) => Promise<Answer>

export interface ApiWorld extends Setup {
  provider: Provider
  call: Record<Role, Call>
  /** With a token of one's own, or without any. */
  callWith(token: string | null): Call
  tokenOf(agentId: number, more?: { expiresAt?: number }): Promise<{ id: number; token: string }>
}

/** Sapa with a token for each role and a channel called `surat` whose provider the test scripts. */
export async function apiWorld(t: Scope, options: SetupOptions = {}): Promise<ApiWorld> {
  const world = await setup(t, options)
  const { app, sapa, db, ids, clock } = world
  const provider = new Provider()
  sapa.channels.register(provider.channel(), 'surat')
  const tokenOf = (agentId: number, more: { expiresAt?: number } = {}) =>
    createApiToken(db, { agentId, name: 'Toko daring', ...more }, clock.now)
  const callWith =
    (token: string | null): Call =>
    async (what, payload, headers = {}) => {
      const [method, path] = what.split(' ')
      const bearer = token === null ? {} : { authorization: `Bearer ${token}` }
      const response = await app.inject({
        method: method as 'GET',
        url: `/api/v1${path}`,
        headers: { ...bearer, ...headers },
        ...(payload === undefined
          ? {}
          : { payload: payload as NonNullable<InjectOptions['payload']> })
      })
      const isJson = String(response.headers['content-type']).startsWith('application/json')
      const body: unknown = isJson ? response.json() : response.body
      return { status: response.statusCode, headers: response.headers, body }
    }
  const call = {} as Record<Role, Call>
  for (const role of Object.keys(ids) as Role[]) {
    call[role] = callWith((await tokenOf(ids[role])).token)
  }
  return { ...world, provider, call, callWith, tokenOf }
}
