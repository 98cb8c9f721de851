import type { Generated } from 'kysely'

/** What a command asks of the server beside it, and its answer. Gone when the command has read it. */
export interface PluginErrandTable {
  id: Generated<number>
  /** Sealed: a command may carry secrets of a form. */
  errand: string
  created_at: number
  /** Sealed, JSON of `Answer`. */
  answer: string | null
}

declare module '../../db/schema.ts' {
  interface Tables {
    plugin_errand: PluginErrandTable
  }
}
