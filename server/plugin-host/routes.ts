import { join } from 'node:path'
import { isAtLeast } from '../agent/permission.ts'
import { DomainError, forbidden, notFound } from '../errors.ts'
import type { PluginReply, PluginRequest } from '../plugin-api/plugin.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import { within } from '../jobs/within.ts'
import { readBody } from './body.ts'
import type { FoundRoute, PluginRouter } from './router.ts'

declare module 'fastify' {
  interface FastifyRequest {
    pluginRoute: FoundRoute | null
  }
}

const timeoutMs = 15_000
const usualBody = 1024 * 1024
const largestBody = 30 * 1024 * 1024

/**
 * Everything below `/p/<plugin>/`. Routes cannot be added to the web server once it runs, so one
 * stands here for all plugins, and each plugin has a router of its own behind it.
 */
export function pluginRoutes(app: App, sapa: Pick<Sapa, 'plugins' | 'log'>): void {
  app.decorateRequest('pluginRoute', null)
  app.register(async scope => {
    // The handler gets the bytes as they came: signatures are made over them.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body)
    )
    scope.route<{ Params: { plugin: string; '*': string } }>({
      method: ['GET', 'POST', 'PUT', 'DELETE'],
      url: '/p/:plugin/*',
      config: { isPublic: true, rateLimit: { max: 600, timeWindow: 60_000 } },
      bodyLimit: largestBody,
      onRequest: async request => admit(request, sapa.plugins.router),
      handler: async (request, reply) => answer(request, reply)
    })
    scope.get<{ Params: { plugin: string; version: string; '*': string } }>(
      '/p/:plugin/assets/:version/*',
      { config: { isPublic: true, rateLimit: false } },
      async (request, reply) => {
        const { plugin, version, '*': file } = request.params
        const folder = sapa.plugins.publicFolder(plugin, version)
        if (!folder) throw notFound('plugin')
        // The version stands in the address, so that browsers may keep the file.
        return reply.sendFile(file, join(folder), { immutable: true, maxAge: '1y' })
      }
    )
  })
}

/** Who may call is decided before a byte of the body is read. Foreign pages were refused before. */
function admit(request: Request, router: PluginRouter): void {
  const { plugin } = request.params as { plugin: string }
  const found = router.find(plugin, request.method, pathBelow(request, plugin))
  if (!found) throw notFound('route')
  const { access, bodyLimit = usualBody } = found.route
  if (access !== 'public') {
    if (!request.agent) throw new DomainError('signed_out', 401)
    if (!isAtLeast(request.agent.role, access)) throw forbidden()
  }
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) throw tooLarge()
  request.pluginRoute = found
}

async function answer(request: Request, reply: Reply): Promise<unknown> {
  const found = request.pluginRoute
  if (!found) throw notFound('route')
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  if (body.byteLength > (found.route.bodyLimit ?? usualBody)) throw tooLarge()
  const stop = new AbortController()
  reply.raw.once('close', () => stop.abort())
  const work = found.handle(pluginRequest(request, found, body, stop.signal))
  if (await within(work, timeoutMs)) return send(reply, await work)
  stop.abort()
  throw new DomainError('too_slow', 503)
}

function pluginRequest(
  request: Request,
  found: FoundRoute,
  body: Uint8Array,
  signal: AbortSignal
): PluginRequest {
  const { plugin } = request.params as { plugin: string }
  const { agent } = request
  return {
    method: request.method,
    path: pathBelow(request, plugin),
    params: found.params,
    query: singles(request.query),
    headers: singles(request.headers),
    body,
    form: readBody(body, request.headers['content-type']),
    agent: agent && { id: agent.id, name: agent.name, role: agent.role, locale: agent.locale },
    signal
  }
}

/** As it came, undecoded: the plugin's router decodes it, once. */
function pathBelow(request: Request, plugin: string): string {
  return (request.url.split('?')[0] ?? '').slice(`/p/${plugin}`.length)
}

function singles(values: unknown): Record<string, string> {
  const entries = Object.entries(values as Record<string, unknown>)
  const texts = entries.map(([name, value]) => [
    name,
    String(Array.isArray(value) ? value[0] : value)
  ])
  return Object.fromEntries(texts) as Record<string, string>
}

function send(reply: Reply, given: PluginReply): unknown {
  for (const [name, value] of Object.entries(given.headers ?? {})) reply.header(name, value)
  if (given.redirect !== undefined) return reply.redirect(given.redirect, given.status ?? 302)
  reply.code(given.status ?? (given.body === undefined ? 204 : 200))
  const { body } = given
  if (body === undefined) return reply.send()
  if (body instanceof Uint8Array) return reply.send(Buffer.from(body))
  if (typeof body === 'string' && !reply.hasHeader('content-type')) {
    reply.type('text/plain; charset=utf-8')
  }
  return reply.send(body)
}

const tooLarge = () => new DomainError('too_large', 413)
