import type { HostTools } from './tools.ts'
import { Commands } from './command/registry.ts'
import { Exposures } from './neighbour/exposures.ts'
import { Pages } from './page/registry.ts'
import { Permissions } from './permission/registry.ts'
import { Personal } from './personal/registry.ts'
import { Rules } from './rule/registry.ts'
import { SlotRegistry } from './slot/registry.ts'

/** What active plugins offer to Sapa. Each entry goes when its plugin is switched off. */
export interface Offers {
  commands: Commands
  exposures: Exposures
  pages: Pages
  permissions: Permissions
  personal: Personal
  rules: Rules
  slots: SlotRegistry
}

export function createOffers({ calls }: Pick<HostTools, 'calls'>): Offers {
  const permissions = new Permissions()
  return {
    commands: new Commands(),
    exposures: new Exposures(calls),
    permissions,
    pages: new Pages(permissions),
    personal: new Personal(calls),
    rules: new Rules(calls),
    slots: new SlotRegistry()
  }
}
