import { sql, type Kysely } from 'kysely'

/** What the plugin platform keeps. Times are integer milliseconds UTC, flags are 0 or 1, JSON is text. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ---- faults: what went wrong inside a plugin, newest kept --------------------------------
  `create table plugin_fault (
    id integer primary key autoincrement,
    plugin_id text not null,
    entry text not null,
    text text not null,
    at integer not null
  ) strict`,
  `create index plugin_fault_plugin on plugin_fault (plugin_id, id)`,

  // ---- permissions: the owner's choice of who has what a plugin guards ---------------------
  `create table plugin_permission (
    plugin_id text not null references plugin (id) on delete cascade,
    name text not null,
    role text not null check (role in ('agent', 'supervisor', 'admin', 'owner')),
    primary key (plugin_id, name)
  ) strict, without rowid`
]
