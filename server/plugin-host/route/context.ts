import type { PluginReply, SapaContext } from '../../plugin-api/plugin.ts'
import { assertOn, type Active } from '../active.ts'
import type { PluginRouter } from '../router.ts'
import type { HostTools } from '../tools.ts'
import { isWithin } from '../site/path.ts'
import type { Streaming } from '../stream/body.ts'
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
      if (route.mount === 'site') checkPath(route.path, active)
      const entry = `route ${route.method} ${route.path}`
      if (route.permission !== undefined) offers.permissions.expect(id, route.permission)
      // A route that asks for time of its own waits for news: that is no time of the plugin's.
      const options = { isWaiting: route.timeoutMs !== undefined }
      const streamingOf = (begin: NonNullable<PluginReply['events']>): Streaming => ({
        off: active.stop.signal,
        begin: stream => calls.run(id, entry, () => begin(stream)),
        call: work => void calls.run(id, entry, work).catch(() => {})
      })
      return disposers.add(
        router.add(id, route, request =>
          calls.run(
            id,
            entry,
            async () => readReply(await route.handle(request), streamingOf),
            options
          )
        )
      )
    }
  }
}

function checkPath(path: string, { manifest }: Active): void {
  if (manifest.paths?.some(claimed => isWithin(path, claimed))) return
  throw new Error(`plugin.json does not name ${path} in paths`)
}
