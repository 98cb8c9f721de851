import type { PluginPermission } from '../../plugin-api/neighbour.ts'

/** The owner's choice of who has a plugin's permission. */
interface PluginPermissionTable {
  plugin_id: string
  name: string
  role: PluginPermission['role']
}

declare module '../../db/schema.ts' {
  interface Tables {
    plugin_permission: PluginPermissionTable
  }
}
