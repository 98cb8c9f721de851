import type { NeighbourContext } from '../../plugin-api/neighbour.ts'
import { assertOn, type Active } from '../active.ts'
import type { HostTools } from '../tools.ts'

export function permissionContext(
  { offers }: Pick<HostTools, 'offers'>,
  active: Active
): Pick<NeighbourContext, 'permission'> {
  return {
    permission: permission => {
      assertOn(active)
      return active.disposers.add(offers.permissions.add(active.id, permission))
    }
  }
}
