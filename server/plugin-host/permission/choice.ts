import { isAtLeast } from '../../agent/permission.ts'
import type { Role } from '../../agent/table.ts'
import type { Db } from '../../db/schema.ts'
import { DomainError, InvalidInput, notFound } from '../../errors.ts'
import type { PluginPermission } from '../../plugin-api/neighbour.ts'
import { holders, type PermissionEntry, type Permissions } from './registry.ts'

type Holder = PluginPermission['role']

export interface Choice {
  plugin: string
  name: string
  role: string
}

/** Who has the permission from now on. Nobody gives or takes what is above themselves. */
export async function choosePermission(
  db: Db,
  permissions: Permissions,
  { plugin, name, role }: Choice,
  by: Role
): Promise<PermissionEntry> {
  const known = permissions.find(plugin, name)
  if (!known) throw notFound('plugin_permission')
  const holder = holders.find(one => one === role)
  if (!holder) throw new InvalidInput({ role: 'error.field.choice' })
  if (![known.role, holder].every(one => isAtLeast(by, one))) {
    throw new DomainError('above_own_rank', 403)
  }
  await db
    .insertInto('plugin_permission')
    .values({ plugin_id: plugin, name, role: holder })
    .onConflict(conflict => conflict.columns(['plugin_id', 'name']).doUpdateSet({ role: holder }))
    .execute()
  permissions.choose(plugin, name, holder)
  return { ...known, role: holder }
}

/** The choices that were made for a plugin, by permission. */
export async function listChoices(db: Db, plugin: string): Promise<Map<string, Holder>> {
  const rows = await db
    .selectFrom('plugin_permission')
    .select(['name', 'role'])
    .where('plugin_id', '=', plugin)
    .execute()
  return new Map(rows.map(row => [row.name, row.role]))
}
