import findMyWay from 'find-my-way'
import type { Dispose, PluginReply, PluginRequest, PluginRoute } from '../plugin-api/plugin.ts'

export interface FoundRoute {
  route: PluginRoute
  params: Record<string, string>
  /** Runs as the plugin. */
  handle(request: PluginRequest): Promise<PluginReply>
}

type Router = ReturnType<typeof findMyWay>
type Entry = Omit<FoundRoute, 'params'>

/** One small router per active plugin, behind the one route that the web server knows. */
export class PluginRouter {
  readonly #routers = new Map<string, Router>()

  /** Throws when the plugin has this route already. */
  add(plugin: string, route: PluginRoute, handle: Entry['handle']): Dispose {
    if (!route.path.startsWith('/')) throw new Error(`The path ${route.path} must start with /`)
    if (route.path.startsWith('/assets/')) throw new Error('The path /assets/ is for files')
    const router = this.#routers.get(plugin) ?? findMyWay()
    this.#routers.set(plugin, router)
    const entry: Entry = { route, handle }
    router.on(route.method, route.path, () => {}, entry)
    return () => router.off(route.method, route.path)
  }

  find(plugin: string, method: string, path: string): FoundRoute | null {
    const wanted = method === 'HEAD' ? 'GET' : method
    const found = this.#routers.get(plugin)?.find(wanted as PluginRoute['method'], path)
    if (!found) return null
    const entry = found.store as Entry
    return { ...entry, params: found.params as Record<string, string> }
  }

  /** Forgets a plugin with all its routes. */
  remove(plugin: string): void {
    this.#routers.delete(plugin)
  }
}
