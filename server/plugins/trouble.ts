import { may } from '../agent/permission.ts'
import type { Agent } from '../agent/table.ts'
import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import type { PluginState } from '../plugin-host/state.ts'

/** States of a plugin that should run and does not. */
export const troubledStates: readonly PluginState[] = [
  ...(['waiting', 'quarantined', 'broken', 'incompatible'] as const)
]

/** For the navigation of those who may mend them; asked with every page. */
export async function countTroubledPlugins(db: Db, agent: Agent): Promise<number> {
  if (!may(agent.role, 'plugin:manage')) return 0
  const [row] = await troubled(db, {})
  return row?.count ?? 0
}

const troubled = prepared()(db =>
  db
    .selectFrom('plugin')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', 'in', [...troubledStates])
)
