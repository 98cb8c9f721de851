import type { Agent } from '../../agent/table.ts'
import { networkOf } from '../../agent/network.ts'
import { DomainError, notFound } from '../../errors.ts'
import { within } from '../../jobs/within.ts'
import type { PluginReply, PluginRequest } from '../../plugin-api/plugin.ts'
import type { Reply, Request } from '../../web/app.ts'
import { sessionCookie } from '../../web/session.ts'
import { runAs } from '../attribution.ts'
import { readBody } from '../body.ts'
import { asked, rested } from '../call/refusal.ts'
import type { FoundRoute, Mount } from '../router.ts'
import { pathBelow } from './admit.ts'
import type { OpenRequests } from './open-requests.ts'

const usualMs = 15_000

export interface Answered {
  given: PluginReply
  /** The signal that the plugin got. */
  stop: AbortController
}

/** Lets the plugin's route answer, within its time. */
export async function answer(
  mount: Mount,
  request: Request,
  reply: Reply,
  { waiting }: OpenRequests
): Promise<Answered> {
  const found = request.pluginRoute
  if (!found) throw notFound('route')
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  const stop = new AbortController()
  const end = () => runAs(found.plugin, 'request ended', () => stop.abort())
  reply.raw.once('close', end)
  waiting.add(stop)
  const work = found.handle(pluginRequest(request, mount, found, { body, signal: stop.signal }))
  const isInTime = await within(work, found.route.timeoutMs ?? usualMs)
  waiting.delete(stop)
  if (isInTime) return { given: await (mount === 'api' ? asked(work) : rested(work)), stop }
  end()
  throw new DomainError('too_slow', 503)
}

function pluginRequest(
  request: Request,
  mount: Mount,
  found: FoundRoute,
  { body, signal }: Pick<PluginRequest, 'body' | 'signal'>
): PluginRequest {
  const { agent } = request
  const headers = singles(request.headers)
  // Neither a token of Sapa nor a session is the plugin's to see.
  if (mount === 'api') delete headers['authorization']
  if (headers['cookie']) headers['cookie'] = withoutSession(headers['cookie'])
  return {
    method: request.method,
    path: pathBelow(request, mount),
    params: found.params,
    query: singles(request.query),
    headers,
    body,
    form: readBody(body, request.headers['content-type']),
    agent: agent && callerOf(agent),
    signal,
    ip: networkOf(request.ip)
  }
}

function withoutSession(cookies: string): string {
  const kept = cookies.split(/;\s*/).filter(cookie => !cookie.startsWith(`${sessionCookie}=`))
  return kept.join('; ')
}

function callerOf({ id, name, role, locale, time_zone: timeZone }: Agent): PluginRequest['agent'] {
  return { id, name, role, locale, timeZone }
}

function singles(values: unknown): Record<string, string> {
  const entries = Object.entries(values as Record<string, unknown>)
  const texts = entries.map(([name, value]) => [
    name,
    String(Array.isArray(value) ? value[0] : value)
  ])
  return Object.fromEntries(texts) as Record<string, string>
}
