import ipaddr from 'ipaddr.js'
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import { verifyApiToken } from '../agent/api-token.ts'
import { may } from '../agent/permission.ts'
import { forbidden } from '../errors.ts'
import { pendingCoreMigrations } from '../db/prepare.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Request } from './app.ts'
import { gaugeQueues } from './figures.ts'

/** For the machines that watch: alive, ready, and figures for Prometheus. */
export function healthRoutes(app: App, sapa: Sapa): void {
  const registry = collect(app, sapa)

  app.get('/healthz', { config: { isPublic: true } }, async () => ({ status: 'ok' }))

  app.get('/readyz', { config: { isPublic: true } }, async (_request, reply) => {
    const pending = await pendingCoreMigrations(sapa.db).catch(() => null)
    if (pending?.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'not ready' })
  })

  app.get('/metrics', { config: { isPublic: true } }, async (request, reply) => {
    if (!(await mayWatch(request, sapa))) throw forbidden()
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

/** A program on this machine that no proxy speaks for, or the token of somebody who may. */
async function mayWatch(request: Request, sapa: Sapa): Promise<boolean> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token) {
    const agent = await verifyApiToken(sapa.db, token, sapa.clock())
    return agent !== null && may(agent.role, 'metrics:read')
  }
  const isProxied = Object.keys(request.headers).some(name =>
    /^(x-forwarded-.+|forwarded|via|x-real-ip)$/.test(name)
  )
  return (
    !isProxied && ipaddr.process(request.socket.remoteAddress ?? '0.0.0.0').range() === 'loopback'
  )
}

function collect(app: App, sapa: Sapa): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'sapa_' })
  const requests = new Histogram({
    name: 'sapa_http_request_seconds',
    help: 'Time to answer by route',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry]
  })
  const news = new Counter({
    name: 'sapa_live_events_total',
    help: 'Events given to live streams',
    registers: [registry]
  })
  sapa.live.onEvent(() => news.inc())
  gaugeQueues(registry, sapa)
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    if (route === '/live') return
    requests.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1000
    )
  })
  app.addHook('onClose', async () => registry.clear())
  return registry
}
