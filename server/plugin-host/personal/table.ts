import type { Generated } from 'kysely'

/** A customer whom a plugin must forget. `customer` is who it was, until the plugin has done it. */
export interface PluginErasureTable {
  id: Generated<number>
  plugin_id: string
  customer_id: number
  /** JSON `CustomerRecord`; `{}` once it is done. */
  customer: string
  state: Generated<'waiting' | 'done'>
  attempts: Generated<number>
  error: string | null
  requested_by: number | null
  requested_at: number
  done_at: number | null
}

/** A plugin that keeps something about customers. */
interface PluginKeeperTable {
  plugin_id: string
  /** JSON `Text`. */
  title: string
}

declare module '../../db/schema.ts' {
  interface Tables {
    plugin_erasure: PluginErasureTable
    plugin_keeper: PluginKeeperTable
  }
}
