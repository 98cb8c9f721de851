import { join } from 'node:path'
import type { Agent } from '../agent/table.ts'
import { networkOf } from '../agent/network.ts'
import { DomainError, notFound } from '../errors.ts'
import type { PluginReply, PluginRequest } from '../plugin-api/plugin.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import { sessionCookie } from '../web/session.ts'
import { within } from '../jobs/within.ts'
import { readBody } from './body.ts'
import { asked, rested } from './call/refusal.ts'
import { PageBody } from './page/body.ts'
import { sendPage } from './page/frame.ts'
import { admit, pathBelow, usualBody, type Gate } from './route/admit.ts'
import type { FoundRoute, Mount } from './router.ts'
import { cleanedReply } from './slot/reply.ts'

const usualMs = 15_000
const largestBody = 30 * 1024 * 1024

/**
 * Everything below `/p/<plugin>/`. Routes cannot be added to the web server once it runs, so one
 * stands here for all plugins, and each plugin has a router of its own behind it.
 */
export function pluginRoutes(app: App, sapa: Sapa): void {
  app.decorateRequest('pluginRoute', null)
  const open = openRequests(app)
  app.register(async scope => {
    takeBytes(scope)
    scope.route<{ Params: { plugin: string; '*': string } }>({
      method: ['GET', 'POST', 'PUT', 'DELETE'],
      url: '/p/:plugin/*',
      config: { isPublic: true, rateLimit: { max: 600, timeWindow: 60_000 } },
      bodyLimit: largestBody,
      onRequest: async (request, reply) => admit(sapa, 'page', request, reply),
      handler: async (request, reply) => {
        const given = await answer('page', request, reply, open)
        if (given.body instanceof PageBody) return sendPage(sapa, request, reply, given.body)
        return send(reply, cleanedReply(request, request.params.plugin, given))
      }
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

/**
 * The same for programs, below `/api/v1/x/<plugin>/`: inside of the API, so that tokens, its limit and
 * its errors hold here, too.
 */
export async function pluginApiRoutes(api: App, sapa: Gate): Promise<void> {
  const open = openRequests(api)
  await api.register(async scope => {
    takeBytes(scope)
    scope.route<{ Params: { plugin: string; '*': string } }>({
      method: ['GET', 'POST', 'PUT', 'DELETE'],
      url: '/x/:plugin/*',
      // Each route is described by itself.
      schema: { hide: true },
      config: { can: 'profile:edit' },
      bodyLimit: largestBody,
      onRequest: async (request, reply) => admit(sapa, 'api', request, reply),
      handler: async (request, reply) => send(reply, await answer('api', request, reply, open))
    })
  })
}

/** Requests being answered. They are told when the server ends: a long poll would hold that up. */
function openRequests(app: App): Set<AbortController> {
  const open = new Set<AbortController>()
  app.addHook('preClose', async () => {
    for (const stop of open) stop.abort()
  })
  return open
}

/** The handler gets the bytes as they came: signatures are made over them. */
function takeBytes(scope: App): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

async function answer(
  mount: Mount,
  request: Request,
  reply: Reply,
  open: Set<AbortController>
): Promise<PluginReply> {
  const found = request.pluginRoute
  if (!found) throw notFound('route')
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  if (body.byteLength > (found.route.bodyLimit ?? usualBody)) throw tooLarge()
  const stop = new AbortController()
  reply.raw.once('close', () => stop.abort())
  open.add(stop)
  const work = found.handle(pluginRequest(request, mount, found, { body, signal: stop.signal }))
  const isInTime = await within(work, found.route.timeoutMs ?? usualMs)
  open.delete(stop)
  if (isInTime) return mount === 'api' ? asked(work) : rested(work)
  stop.abort()
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
