import type { NeighbourContext } from '../../plugin-api/neighbour.ts'
import { assertOn, type Active } from '../active.ts'
import type { HostTools } from '../tools.ts'

export function commandContext(
  { offers }: Pick<HostTools, 'offers'>,
  active: Active
): Pick<NeighbourContext, 'command'> {
  return {
    command: command => {
      assertOn(active)
      return active.disposers.add(offers.commands.add(active.id, command))
    }
  }
}
