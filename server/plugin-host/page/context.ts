import type { PageContext, PluginPage } from '../../plugin-api/page.ts'
import type { PluginReply, PluginRequest, PluginRoute } from '../../plugin-api/plugin.ts'
import { assertOn, type Active } from '../active.ts'
import type { PluginRouter } from '../router.ts'
import { readReply } from '../route/reply-shape.ts'
import { clean, WrongShape } from '../slot/clean.ts'
import { Markup } from '../slot/markup.ts'
import { stampOf } from '../scan.ts'
import type { HostTools } from '../tools.ts'
import { PageBody } from './body.ts'
import { Badge, type PlacedPage } from './registry.ts'

const badgeMs = 3_000
const usualPriority = 10

/** Pages of one activation: two routes of the plugin each, and a place in the navigation. */
export function pageContext(
  tools: Pick<HostTools, 'calls' | 'offers'>,
  router: PluginRouter,
  active: Active
): PageContext {
  return {
    page: page => {
      assertOn(active)
      check(page)
      const { permissions, pages } = tools.offers
      if (page.permission !== undefined) permissions.expect(active.id, page.permission)
      const { placed, dispose } = pages.add(placedOf(tools, active, page))
      const routes = (['GET', 'POST'] as const).map(method => {
        const handle = (request: PluginRequest) =>
          tools.calls.run(active.id, `page ${method} ${page.path}`, async () =>
            framed(await page.handle(request), placed, active.manifest.paths)
          )
        return router.add(active.id, routeOf(method, page), handle)
      })
      return active.disposers.add(() => {
        dispose()
        for (const undo of routes) void undo()
      })
    }
  }
}

function placedOf(
  { calls }: Pick<HostTools, 'calls'>,
  active: Active,
  { handle: _handle, nav, ...page }: PluginPage
): Omit<PlacedPage, 'stamp'> {
  const { id, manifest } = active
  const ask = nav?.badge
  const counted = async () => numberOf(await ask?.())
  return {
    plugin: id,
    source: manifest.title,
    page,
    nav: nav ? { icon: nav.icon, priority: nav.priority ?? usualPriority } : null,
    badge: ask
      ? new Badge(() => calls.run(id, `badge ${page.path}`, counted, { timeoutMs: badgeMs }))
      : null,
    assets: `/p/${id}/assets/${stampOf(active.found)}/`,
    signal: active.stop.signal
  }
}

function routeOf(method: 'GET' | 'POST', page: PluginPage): PluginRoute {
  const { path, access, permission } = page
  const handle = async () => ({})
  return { method, path, access, handle, ...(permission !== undefined && { permission }) }
}

/** Within the call, so that a wrong answer counts as a fault of the plugin. */
function framed(given: unknown, placed: PlacedPage, sitePaths?: readonly string[]): PluginReply {
  if (given instanceof Markup) {
    return { body: new PageBody(placed, clean(given, placed.plugin, 'page', sitePaths)) }
  }
  if (typeof given !== 'object' || given === null) {
    throw new WrongShape('a page answers sapa.html`…` or a reply')
  }
  return readReply(given)
}

function numberOf(value: unknown): number | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
  throw new WrongShape('a badge is a whole number or null')
}

/** Mistakes of the author, told at activation. */
function check({ path, title, access, script, style, nav, handle }: PluginPage): void {
  const wrong = (what: string) => new TypeError(`page ${path}: ${what}`)
  if (!['agent', 'supervisor', 'admin'].includes(access))
    throw wrong(`there is no access ${access}`)
  if (!title?.en || !title.id) throw wrong('title needs en and id')
  if (typeof handle !== 'function') throw wrong('handle must be a function')
  if (nav && !/^[a-z0-9-]+$/.test(nav.icon)) throw wrong('the icon is a name of the sprite')
  if (nav && /[:*]/.test(path))
    throw wrong('an address with parameters cannot be in the navigation')
  for (const file of [script, style]) {
    if (file !== undefined && !/^\w[\w-]*(?:[./]\w[\w-]*)*$/.test(file)) {
      throw wrong(`${file} is no file of public/`)
    }
  }
}
