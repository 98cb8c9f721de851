import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Sapa } from '../sapa.ts'
import type { Reply, Request } from './app.ts'
import { gaugeQueues } from './figures.ts'

export interface Counting {
  registry: Registry
  /** One request is answered. */
  observe(request: Request, reply: Reply): void
}

/** The figures of this process, from now on. */
export function createRegistry(sapa: Sapa): Counting {
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
  return {
    registry,
    observe(request, reply) {
      const route = request.routeOptions.url ?? 'none'
      // A stream's time says nothing.
      const type = reply.getHeader('content-type')
      if (route === '/live' || /^text\/event-stream/.test(String(type))) return
      const labels = { method: request.method, route, status: reply.statusCode }
      requests.observe(labels, reply.elapsedTime / 1000)
    }
  }
}
