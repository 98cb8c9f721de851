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

/** What went wrong inside a plugin; the newest of each are kept. */
export interface PluginFaultTable {
  id: Generated<number>
  plugin_id: string
  /** Which way into the plugin: `route GET /orders`, `slot customer.sidebar orders`. */
  entry: string
  text: string
  at: number
}

declare module '../db/schema.ts' {
  interface Tables {
    plugin_fault: PluginFaultTable
    plugin: PluginTable
    plugin_value: PluginValueTable
  }
}

declare module '../db/transaction.ts' {
  interface News {
    'plugin.changed': { plugin: string }
  }
}
