import type { Config } from '../config.ts'
import { DomainError } from '../errors.ts'
import type { App, Request } from './app.ts'
import { sessionCookie } from './session.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes requests from other sites; the session does not count there. */
    isForeign?: boolean
  }
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** A state change must come from our own pages. Browsers say so in headers that no page can forge. */
export function refuseForeignRequests(app: App, config: Config): void {
  app.addHook('onRequest', async request => {
    if (safeMethods.has(request.method)) return
    if (isForPrograms(request)) return
    if (!isOwn(request, config)) throw new DomainError('foreign_request', 403)
  })
}

/** Programs carry a bearer token or a signature instead of a cookie. */
export function isForPrograms(request: Request): boolean {
  return speaksJson(request) || request.routeOptions.config?.isForeign === true
}

/** By the route, which stays the same in whatever way its address is spelled (`/%61pi/…`). */
export function speaksJson(request: Request): boolean {
  return /^\/(api|hooks)\//.test(request.routeOptions.url ?? request.url)
}

function isOwn(request: Request, config: Config): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = request.headers
  if (origin !== undefined) {
    const own = hostOf(`${request.protocol}://${request.host}`)
    return origin === config.publicUrl || (own !== undefined && hostOf(origin) === own)
  }
  return request.cookies[sessionCookie] === undefined
}

/** Without the port when it is the usual one. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
