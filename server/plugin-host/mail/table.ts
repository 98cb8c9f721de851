/** Mails that plugins have written; the hash of the key, because a key may name a person. */
interface PluginMailTable {
  plugin_id: string
  key_hash: string
  created_at: number
}

declare module '../../db/schema.ts' {
  interface Tables {
    plugin_mail: PluginMailTable
  }
}
