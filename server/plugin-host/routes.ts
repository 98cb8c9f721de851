import { join } from 'node:path'
import { notFound } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { PageBody } from './page/body.ts'
import { sendPage } from './page/frame.ts'
import { admit, type Gate } from './route/admit.ts'
import { answer } from './route/answer.ts'
import { largestBody, readBytes } from './route/bytes.ts'
import { openRequests } from './route/open-requests.ts'
import { send } from './route/send.ts'
import { siteRoutes } from './site/routes.ts'
import { cleanedReply } from './slot/reply.ts'

/**
 * Everything below `/p/<plugin>/`. Routes cannot be added to the web server once it runs, so one
 * stands here for all plugins, and each plugin has a router of its own behind it.
 */
export function pluginRoutes(app: App, sapa: Sapa): void {
  app.decorateRequest('pluginRoute', null)
  const open = openRequests(app)
  siteRoutes(app, sapa, open)
  app.register(async scope => {
    readBytes(scope)
    scope.route<{ Params: { plugin: string; '*': string } }>({
      method: ['GET', 'POST', 'PUT', 'DELETE'],
      url: '/p/:plugin/*',
      config: { isPublic: true, rateLimit: { max: 600, timeWindow: 60_000 } },
      bodyLimit: largestBody,
      onRequest: async (request, reply) => admit(sapa, 'page', request, reply),
      handler: async (request, reply) => {
        const { given, stop } = await answer('page', request, reply, open)
        if (given.body instanceof PageBody) return sendPage(sapa, request, reply, given.body)
        const cleaned = cleanedReply(request, request.params.plugin, given)
        return send(request, reply, { given: cleaned, stop }, open.streams)
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
    readBytes(scope)
    scope.route<{ Params: { plugin: string; '*': string } }>({
      method: ['GET', 'POST', 'PUT', 'DELETE'],
      url: '/x/:plugin/*',
      // Each route is described by itself.
      schema: { hide: true },
      config: { can: 'profile:edit' },
      bodyLimit: largestBody,
      onRequest: async (request, reply) => admit(sapa, 'api', request, reply),
      handler: async (request, reply) =>
        send(request, reply, await answer('api', request, reply, open), open.streams)
    })
  })
}
