import findMyWay from 'find-my-way'
import type { Dispose, PluginReply, PluginRequest, PluginRoute } from '../plugin-api/plugin.ts'
import { RateLimit } from './route/rate.ts'
import { SiteClaims } from './site/claims.ts'

export interface FoundRoute {
  plugin: string
  route: PluginRoute
  params: Record<string, string>
  /** Null: as often as anybody likes. */
  limit: RateLimit | null
  /** Runs as the plugin. */
  handle(request: PluginRequest): Promise<PluginReply>
}

/** `page`: below `/p/<plugin>`. `api`: below `/api/v1/x/<plugin>`. `site`: as it stands. */
export type Mount = 'page' | 'api' | 'site'

/** On the site anybody may come, and nothing else limits them. */
const usualRate = { max: 600, perMs: 60_000 }

const longestAnswerMs = 60_000

type Router = ReturnType<typeof findMyWay>
type Entry = Omit<FoundRoute, 'params'>

const accesses = new Set(['agent', 'supervisor', 'admin', 'owner', 'api', 'public'])

/** Small routers for each active plugin, behind the two routes that the web server knows. */
export class PluginRouter {
  /** Which of them answers which paths of the site. */
  readonly claims = new SiteClaims()
  readonly #routers = new Map<string, Router>()
  readonly #api = new Map<string, Set<PluginRoute>>()

  /** Throws when the plugin has this route already, or what it asks for cannot be understood. */
  add(plugin: string, route: PluginRoute, handle: Entry['handle']): Dispose {
    if (!route.path.startsWith('/')) throw new Error(`The path ${route.path} must start with /`)
    if (route.path.startsWith('/assets/')) throw new Error('The path /assets/ is for files')
    const { timeoutMs = longestAnswerMs } = route
    if (!(timeoutMs > 0 && timeoutMs <= longestAnswerMs)) {
      throw new Error(`${route.path}: timeoutMs must be between 1 and ${longestAnswerMs}`)
    }
    if (!accesses.has(route.access)) throw new Error(`There is no access ${route.access}`)
    if (route.access === 'public' && (route.permission ?? route.role)) {
      throw new Error(`The route ${route.path} cannot be public and ask for a permission`)
    }
    const mount = route.mount ?? (route.access === 'api' ? 'api' : 'page')
    if (mount === 'site') checkSite(route)
    else if (route.isForeign) throw new Error(`${route.path}: isForeign is for the site alone`)
    const name = nameOf(plugin, mount)
    const router = this.#routers.get(name) ?? findMyWay()
    this.#routers.set(name, router)
    const rate = route.rate ?? (mount === 'site' ? usualRate : undefined)
    const entry: Entry = { plugin, route, handle, limit: rate ? new RateLimit(rate) : null }
    router.on(route.method, route.path, () => {}, entry)
    if (route.access === 'api') this.#apiOf(plugin).add(route)
    return () => {
      router.off(route.method, route.path)
      this.#api.get(plugin)?.delete(route)
    }
  }

  find(plugin: string, method: string, path: string, mount: Mount = 'page'): FoundRoute | null {
    const wanted = method === 'HEAD' ? 'GET' : method
    const router = this.#routers.get(nameOf(plugin, mount))
    const found = router?.find(wanted as PluginRoute['method'], path)
    if (!found) return null
    const entry = found.store as Entry
    return { ...entry, params: found.params as Record<string, string> }
  }

  /** Null where no plugin answers: then the path is Sapa's. */
  findSite(method: string, path: string): FoundRoute | null {
    const plugin = this.claims.ownerOf(path)
    return plugin === null ? null : this.find(plugin, method, path, 'site')
  }

  /** The routes for programs, for their description. */
  listApi(): { plugin: string; route: PluginRoute }[] {
    return [...this.#api].flatMap(([plugin, routes]) =>
      [...routes].map(route => ({ plugin, route }))
    )
  }

  /** Forgets a plugin with all its routes. */
  remove(plugin: string): void {
    for (const mount of ['page', 'api', 'site'] as const)
      this.#routers.delete(nameOf(plugin, mount))
    this.#api.delete(plugin)
    this.claims.release(plugin)
  }

  #apiOf(plugin: string): Set<PluginRoute> {
    const routes = this.#api.get(plugin) ?? new Set<PluginRoute>()
    this.#api.set(plugin, routes)
    return routes
  }
}

function checkSite({ path, access, method, isForeign }: PluginRoute): void {
  if (access !== 'public') throw new Error(`${path}: a route of the site is public`)
  if (method === 'OPTIONS' && !isForeign) throw new Error(`${path}: OPTIONS is for isForeign`)
}

const nameOf = (plugin: string, mount: Mount) => `${mount} ${plugin}`
