import type { Generated } from 'kysely'

export interface PluginTable {
  id: string
  version: string
  is_active: Generated<number>
  state: Generated<'installed' | 'active' | 'broken' | 'incompatible'>
  reason: string | null
  settings: Generated<string>
  secrets: Generated<string>
  state_since: number
}

export interface PluginValueTable {
  plugin_id: string
  key: string
  value: string
  expires_at: number | null
}

declare module '../db/schema.ts' {
  interface Tables {
    plugin: PluginTable
    plugin_value: PluginValueTable
  }
}

declare module '../db/transaction.ts' {
  interface News {
    'plugin.changed': { plugin: string }
  }
}
