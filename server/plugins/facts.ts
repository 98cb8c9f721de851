import { sql } from 'kysely'
import type { Db } from '../db/schema.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import type { Sapa } from '../sapa.ts'

/** All plugins, and what the database knows beside their state: since when, what went wrong last, which accounts hang on it. */
export interface Facts {
  entries: PluginEntry[]
  since: Map<string, number>
  faults: Map<string, LastFault>
  /** Accounts by the type of their channel. */
  accounts: Map<string, number>
}

export interface LastFault {
  entry: string
  text: string
  at: number
  /** Of those that are kept. */
  count: number
}

export async function readFacts({
  plugins,
  reader: db
}: Pick<Sapa, 'plugins' | 'reader'>): Promise<Facts> {
  const [entries, rows, faults, accounts] = await Promise.all([
    plugins.list(),
    db.selectFrom('plugin').select(['id', 'state_since']).execute(),
    listLastFaults(db),
    db
      .selectFrom('account')
      .select(['type', ({ fn }) => fn.countAll<number>().as('count')])
      .groupBy('type')
      .execute()
  ])
  return {
    entries,
    since: new Map(rows.map(row => [row.id, row.state_since])),
    faults: new Map(faults.map(({ plugin_id, ...fault }) => [plugin_id, fault])),
    accounts: new Map(accounts.map(row => [row.type, row.count]))
  }
}

/** SQLite gives the columns of the row that holds the maximum. */
async function listLastFaults(db: Db) {
  return db
    .selectFrom('plugin_fault')
    .select(['plugin_id', 'entry', 'text', 'at', sql<number>`count(*)`.as('count')])
    .select(({ fn }) => fn.max('id').as('newest'))
    .groupBy('plugin_id')
    .execute()
}
