import ipaddr from 'ipaddr.js'
import type { Registry } from 'prom-client'
import { verifyApiToken } from '../agent/api-token.ts'
import { may } from '../agent/permission.ts'
import { forbidden } from '../errors.ts'
import { pendingCoreMigrations } from '../db/prepare.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from './app.ts'

/** For the machines that watch: alive, ready, and figures for Prometheus. */
export function healthRoutes(app: App, sapa: Sapa): void {
  // Counting costs every request and 10 MB, so it begins when somebody first asks.
  let counting: Promise<Registry> | undefined
  let count: ((request: Request, reply: Reply) => void) | undefined
  const collect = async () => {
    const { createRegistry } = await import('./registry.ts')
    const { registry, observe } = createRegistry(sapa)
    count = observe
    return registry
  }
  app.addHook('onResponse', async (request, reply) => count?.(request, reply))
  app.addHook('onClose', async () => (await counting)?.clear())

  app.get('/healthz', { config: { isPublic: true } }, async () => ({ status: 'ok' }))

  app.get('/readyz', { config: { isPublic: true } }, async (_request, reply) => {
    const pending = await pendingCoreMigrations(sapa.db).catch(() => null)
    if (pending?.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'not ready' })
  })

  app.get('/metrics', { config: { isPublic: true } }, async (request, reply) => {
    if (!(await mayWatch(request, sapa))) throw forbidden()
    const registry = await (counting ??= collect())
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
