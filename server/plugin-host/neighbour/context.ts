import type { NeighbourContext } from '../../plugin-api/neighbour.ts'
import { assertOn, type Active } from '../active.ts'
import { commandContext } from '../command/context.ts'
import { permissionContext } from '../permission/context.ts'
import type { HostTools } from '../tools.ts'

/** What a plugin is to the owner, the command line and other plugins. */
export function neighbourContext(
  tools: Pick<HostTools, 'offers'>,
  active: Active
): NeighbourContext {
  const { exposures } = tools.offers
  const { id, manifest, stop, disposers } = active
  return {
    ...permissionContext(tools, active),
    ...commandContext(tools, active),
    expose: api => {
      assertOn(active)
      return disposers.add(exposures.add(id, manifest.version, api, stop.signal))
    },
    use: (plugin, range = '*') => {
      assertOn(active)
      return exposures.find(plugin, range) as never
    }
  }
}
