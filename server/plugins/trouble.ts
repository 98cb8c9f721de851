import { may } from '../agent/permission.ts'
import type { Agent } from '../agent/table.ts'
import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import type { PluginRow, PluginState } from '../plugin-host/state.ts'

/** States of a plugin that should run and does not. */
export const troubledStates: readonly PluginState[] = [
  ...(['waiting', 'quarantined', 'broken', 'incompatible'] as const)
]

export type Troubled = Pick<PluginRow, 'id' | 'state' | 'state_since' | 'quarantine'>

/** For the navigation and the banners of those who may mend them; asked with every page. */
export async function listTroubledPlugins(db: Db, agent: Agent): Promise<Troubled[]> {
  return may(agent.role, 'plugin:manage') ? troubled(db, {}) : []
}

const troubled = prepared()(db =>
  db
    .selectFrom('plugin')
    .select(['id', 'state', 'state_since', 'quarantine'])
    .where('state', 'in', [...troubledStates])
    .orderBy('state_since', 'desc')
    .limit(500)
)
