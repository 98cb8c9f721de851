import type { Agent, FormData as UndiciForm, RequestInit as UndiciInit } from 'undici'
import { anySignal } from '../any-signal.ts'
import { guardedAgent, HostRefused, type IsAllowed, type Resolve } from './dial.ts'
import { limited } from './response-limit.ts'

export interface GuardedInit extends RequestInit {
  /** For all hops and the body together. */
  timeoutMs?: number
  maxBytes?: number
}

/** `fetch` that cannot be led into the owner's network. See `createFetch`. */
export type GuardedFetch = (url: string, init?: GuardedInit) => Promise<Response>

export interface FetchOptions {
  /** Hosts with private addresses that the owner allows: `host` or `host:port`. Read for each connection. */
  privateHosts: () => Promise<readonly string[]>
  resolve?: Resolve
  /** Origins that others play, for tests: asked for by their own name, answered elsewhere. */
  standIns?: ReadonlyMap<string, string> | undefined
}

/** What this caller may reach at all; asked for each hop. */
export type Scope = (host: string) => boolean

export interface Fetcher {
  /** Bound to a scope, such as a plugin's `net:` scopes. */
  within(scope: Scope): GuardedFetch
  fetch: GuardedFetch
  /** For addresses that strangers chose: what the owner allows to plugins does not count. */
  fetchPublic: GuardedFetch
  close(): Promise<void>
}

/**
 * Outgoing requests of plugins and of core: http and https only, public addresses only (checked after
 * name resolution, at each of at most 3 redirects), 10 s and 30 MB unless asked otherwise.
 */
export function createFetch(options: FetchOptions): Fetcher {
  const isAllowed: IsAllowed = async (host, port) =>
    (await options.privateHosts()).some(known => known === host || known === `${host}:${port}`)
  const agents = new Map<IsAllowed, Promise<Agent>>()
  // The library takes 130 ms and 15 MB, which nobody needs before the first request.
  const agentOf = (allowed: IsAllowed) => {
    const agent = agents.get(allowed) ?? guardedAgent(allowed, options.resolve)
    agents.set(allowed, agent)
    return agent
  }
  const within =
    (scope: Scope, allowed = isAllowed): GuardedFetch =>
    async (url, init = {}) => {
      const { timeoutMs = 10_000, maxBytes = 30 * 1024 * 1024, signal, ...rest } = init
      const end = anySignal(AbortSignal.timeout(timeoutMs), signal)
      const target = checkUrl(url, scope)
      const dispatcher = await agentOf(allowed)
      const { standIns } = options
      const hop = { init: rest, scope, signal: end, dispatcher, standIns }
      return limited(await follow(target, hop, 0), maxBytes, end)
    }
  const everywhere = () => true
  return {
    within: scope => within(scope),
    fetch: within(everywhere),
    fetchPublic: within(everywhere, noPrivateHost),
    async close() {
      for (const agent of agents.values()) await (await agent).destroy()
    }
  }
}

const noPrivateHost: IsAllowed = () => Promise.resolve(false)

interface Hop {
  init: RequestInit
  scope: Scope
  signal: AbortSignal
  dispatcher: Agent
  standIns: FetchOptions['standIns']
}

const maxRedirects = 3

async function follow(url: URL, hop: Hop, redirects: number): Promise<Response> {
  const response = await attempt(url, hop)
  const location = response.headers.get('location')
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== null
  if (!isRedirect || hop.init.redirect === 'manual') return response
  await response.body?.cancel()
  if (hop.init.redirect === 'error') throw new HostRefused(url.host, 'redirects')
  if (redirects === maxRedirects) throw new HostRefused(url.host, 'redirects too often')
  const next = checkUrl(new URL(location, url).href, hop.scope)
  return follow(
    next,
    { ...hop, init: redirected(hop.init, response.status, url, next) },
    redirects + 1
  )
}

async function attempt(asked: URL, { init, signal, dispatcher, standIns }: Hop): Promise<Response> {
  const player = standIns?.get(asked.origin)
  const url = player ? new URL(asked.pathname + asked.search, player) : asked
  const undici = await import('undici')
  const body = bodyOf(init.body, new undici.FormData())
  // To be ready for a redirect, undici keeps a copy of all that was streamed; but a stream cannot go twice.
  const once = isStream(body) ? { redirect: 'error', window: null, duplex: 'half' } : {}
  const request = { ...init, body, redirect: 'manual', signal, dispatcher, ...once }
  try {
    return (await undici.fetch(url, request as UndiciInit)) as unknown as Response
  } catch (error) {
    // undici says "fetch failed"; the reason is what helps.
    const cause = (error as Error).cause
    throw cause instanceof Error ? cause : error
  }
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

function checkUrl(text: string, scope: Scope): URL {
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new HostRefused(url.protocol, 'is not http or https')
  }
  if (url.username || url.password) throw new HostRefused(url.hostname, 'comes with credentials')
  if (!scope(url.hostname.toLowerCase()))
    throw new HostRefused(url.hostname, 'is not in the scopes')
  return url
}

/** What browsers do: a redirected POST becomes a GET, and credentials stay with their site. */
function redirected(init: RequestInit, status: number, from: URL, to: URL): RequestInit {
  const headers = new Headers(init.headers)
  const method = (init.method ?? 'GET').toUpperCase()
  const isGet = status === 303 ? method !== 'HEAD' : status < 303 && method === 'POST'
  if (from.origin !== to.origin) {
    for (const name of ['authorization', 'cookie', 'proxy-authorization']) headers.delete(name)
  }
  if (!isGet) return { ...init, headers }
  for (const name of ['content-type', 'content-length', 'content-encoding']) headers.delete(name)
  return { ...init, headers, method: 'GET', body: null }
}

/** undici knows only its own form class; the platform's would be sent as "[object FormData]". */
function bodyOf(body: RequestInit['body'], form: UndiciForm): unknown {
  if (!(body instanceof FormData)) return body ?? null
  for (const [name, value] of body) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value, value.name)
  }
  return form
}
