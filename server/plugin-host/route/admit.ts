import { networkOf } from '../../agent/network.ts'
import { isAtLeast } from '../../agent/permission.ts'
import type { Agent } from '../../agent/table.ts'
import { DomainError, forbidden, notFound } from '../../errors.ts'
import type { Sapa } from '../../sapa.ts'
import type { Reply, Request } from '../../web/app.ts'
import type { PluginRoute } from '../../plugin-api/plugin.ts'
import type { FoundRoute, Mount } from '../router.ts'

declare module 'fastify' {
  interface FastifyRequest {
    pluginRoute: FoundRoute | null
  }
}

export const usualBody = 1024 * 1024

export type Gate = Pick<Sapa, 'plugins' | 'clock'>

/** Who may call is decided before a byte of the body is read. Foreign pages were refused before. */
export function admit(
  { plugins, clock }: Gate,
  mount: Mount,
  request: Request,
  reply: Reply
): void {
  const found = findRoute(plugins, mount, request)
  if (!found) throw notFound('route')
  const { route, limit } = found
  if (route.access !== 'public') checkCaller(plugins, found.plugin, route, request.agent)
  const wait = limit?.take(callerOf(request), clock().getTime()) ?? 0
  if (wait > 0) {
    reply.header('retry-after', String(Math.ceil(wait / 1000)))
    throw new DomainError('too_many_requests', 429)
  }
  const length = Number(request.headers['content-length'] ?? 0)
  if (length > (route.bodyLimit ?? usualBody)) throw new DomainError('too_large', 413)
  request.pluginRoute = found
}

function findRoute({ router }: Gate['plugins'], mount: Mount, request: Request): FoundRoute | null {
  const path = pathBelow(request, mount)
  if (mount === 'site') return router.findSite(request.method, path)
  const { plugin } = request.params as { plugin: string }
  return router.find(plugin, request.method, path, mount)
}

/** As it came, undecoded: the plugin's router decodes it, once. */
export function pathBelow(request: Request, mount: Mount): string {
  const path = request.url.split('?')[0] ?? ''
  if (mount === 'site') return path
  const parts = path.split('/')
  // `/p/<plugin>` or `/api/v1/x/<plugin>`, in whatever way those are spelled.
  return `/${parts.slice(mount === 'api' ? 5 : 3).join('/')}`
}

function checkCaller(
  { offers }: Gate['plugins'],
  plugin: string,
  { access, role, permission }: PluginRoute,
  agent: Agent | null
): void {
  if (!agent) throw new DomainError(access === 'api' ? 'token_required' : 'signed_out', 401)
  const least = access === 'api' || access === 'public' ? (role ?? 'agent') : access
  const isAllowed =
    permission === undefined
      ? isAtLeast(agent.role, least)
      : offers.permissions.allows(plugin, permission, agent.role)
  if (!isAllowed) throw forbidden()
}

function callerOf({ agent, ip }: Request): string {
  return agent ? `agent:${agent.id}` : networkOf(ip)
}
