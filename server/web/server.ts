import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import cookie from '@fastify/cookie'
import compress from '@fastify/compress'
import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import { fastifySSE } from '@fastify/sse'
import { fastify, LogController, type FastifyBaseLogger } from 'fastify'
import type { Sapa } from '../sapa.ts'
import type { App } from './app.ts'
import { useAssets } from './assets.ts'
import { lateCompilers } from './compilers.ts'
import { refuseForeignRequests } from './csrf.ts'
import { handleErrors, refuseUnreadable } from './errors.ts'
import { useHeaders } from './headers.ts'
import { healthRoutes } from './health.ts'
import { limitPublicRoutes } from './limits.ts'
import { logRequests, requestLogger } from './log.ts'
import { usePages } from './page.ts'
import { checkPermissions } from './permission.ts'
import { useSessions } from './session.ts'
import { closeGently } from './stop.ts'

/** The web server with everything that holds for all routes; features add theirs. */
export async function buildServer(sapa: Sapa): Promise<App> {
  const app = fastify({
    loggerInstance: requestLogger(sapa.log) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: sapa.config.trustProxy.length > 0 ? sapa.config.trustProxy : false,
    forceCloseConnections: 'idle',
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 200 },
    // A file of 30 MB over a shop's line of 1 Mbit/s.
    requestTimeout: 300_000,
    frameworkErrors: refuseUnreadable,
    schemaController: { compilersFactory: lateCompilers as never },
    ajv: {
      customOptions: { coerceTypes: 'array', removeAdditional: true, allErrors: true }
    }
  }).withTypeProvider<TypeBoxTypeProvider>()
  logRequests(app)
  closeGently(app, sapa)
  await useHeaders(app, sapa.config)
  await app.register(cookie)
  await app.register(compress, { threshold: 1024, customTypes: /^text\/html|json$|^text\/css/ })
  await useSessions(app, sapa)
  refuseForeignRequests(app, sapa.config)
  checkPermissions(app, sapa)
  limitPublicRoutes(app)
  await app.register(rateLimit, { global: false, ipv6Subnet: 64 })
  await app.register(formbody, { bodyLimit: 1024 * 1024 })
  await app.register(multipart, { limits: { fileSize: 30 * 1024 * 1024, files: 10, fields: 50 } })
  await app.register(fastifySSE, {
    heartbeatInterval: 25_000,
    serializer: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  })
  await usePages(app, sapa)
  await useAssets(app)
  handleErrors(app)
  healthRoutes(app, sapa)
  return app
}
