import type { App } from './app.ts'

/**
 * Pages that anybody may call are limited per address. Signed-in work is not: an office shares
 * one address, and the permission gate stands before it.
 */
export function limitPublicRoutes(app: App): void {
  app.addHook('onRoute', route => {
    if (!route.config?.isPublic || route.config.rateLimit !== undefined) return
    if (isFree(route.url)) return
    route.config.rateLimit = { max: 120, timeWindow: 60_000 }
  })
}

function isFree(url: string): boolean {
  return url.startsWith('/assets/') || url.endsWith('.css') || /^\/(healthz|readyz)$/.test(url)
}
