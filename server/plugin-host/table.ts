import type { Generated } from 'kysely'
import type { PluginState } from './state.ts'

export interface PluginTable {
  id: string
  version: string
  is_active: Generated<number>
  state: Generated<PluginState>
  reason: string | null
  settings: Generated<string>
  secrets: Generated<string>
  state_since: number
  /** What runs, below its folder of versions; null for bundled plugins and when the code is gone. */
  folder: string | null
  /** Of the source of what runs. */
  hash: string | null
  origin: PluginOrigin | null
  /** State and hash of what lies in the drop zone, when it was last looked at. */
  dropped_mark: string | null
  dropped_hash: string | null
  /** A staged version that waits for the owner's yes. */
  offered: string | null
  /** Why the last update did not work. */
  update_error: string | null
  activated_at: number | null
  /** JSON of `Why`, while the state is `quarantined`. */
  quarantine: string | null
}

export type PluginOrigin = 'dropped' | 'uploaded' | 'path'

/** A version that lies on the disk. `files` is JSON: SHA-256 of each file by its path. */
export interface PluginVersionTable {
  plugin_id: string
  folder: string
  version: string
  hash: string
  files: string
  origin: PluginOrigin
  staged_at: number
}

/** An update that is under way. Found at a start, it was cut off and is undone. */
export interface PluginUpdateTable {
  plugin_id: string
  from_folder: string
  to_folder: string
  /** JSON: what must be put back, see `install/copy.ts`. */
  copy: string
  started_at: number
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

/** How far a durable consumer has come in `message` or `event`. */
export interface PluginConsumerTable {
  plugin_id: string
  key: string
  event: string
  cursor: number
  attempts: Generated<number>
  next_at: Generated<number>
}

/** What a durable consumer could not take after all its tries. */
export interface PluginDeadEventTable {
  id: Generated<number>
  plugin_id: string
  key: string
  event: string
  source_id: number
  facts: string
  error: string
  happened_at: number
  at: number
}

declare module '../db/schema.ts' {
  interface Tables {
    plugin_consumer: PluginConsumerTable
    plugin_dead_event: PluginDeadEventTable
    plugin_fault: PluginFaultTable
    plugin: PluginTable
    plugin_value: PluginValueTable
    plugin_version: PluginVersionTable
    plugin_update: PluginUpdateTable
  }
}

declare module '../db/transaction.ts' {
  interface News {
    'plugin.changed': { plugin: string }
  }
}
