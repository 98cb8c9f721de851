import type { SapaContext } from '../../plugin-api/plugin.ts'
import { assertOn, type Active } from '../active.ts'
import type { PluginRouter } from '../router.ts'
import type { HostTools } from '../tools.ts'
import { readReply } from './reply-shape.ts'

export function routeContext(
  { calls, offers }: Pick<HostTools, 'calls' | 'offers'>,
  router: PluginRouter,
  active: Active
): Pick<SapaContext, 'route'> {
  const { id, disposers } = active
  return {
    route: route => {
      assertOn(active)
      const entry = `route ${route.method} ${route.path}`
      if (route.permission !== undefined) offers.permissions.expect(id, route.permission)
      // A route that asks for time of its own waits for news: that is no time of the plugin's.
      const options = { isWaiting: route.timeoutMs !== undefined }
      return disposers.add(
        router.add(id, route, request =>
          calls.run(id, entry, async () => readReply(await route.handle(request)), options)
        )
      )
    }
  }
}
