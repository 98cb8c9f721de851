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

  // ---- errands: what a command asks of the server beside it ----------------------------------
  `create table plugin_errand (
    id integer primary key autoincrement, errand text not null, created_at integer not null,
    answer text
  ) strict`,

  // ---- permissions: the owner's choice of who has what a plugin guards ---------------------
  `create table plugin_permission (
    plugin_id text not null references plugin (id) on delete cascade,
    name text not null,
    role text not null check (role in ('agent', 'supervisor', 'admin', 'owner')),
    primary key (plugin_id, name)
  ) strict, without rowid`,

  // ---- install: where plugins come from and which versions lie on the disk -------------------
  `alter table plugin add column folder text`,
  `alter table plugin add column hash text`,
  `alter table plugin add column origin text`,
  `alter table plugin add column dropped_mark text`,
  `alter table plugin add column dropped_hash text`,
  `alter table plugin add column offered text`,
  `alter table plugin add column update_error text`,
  `alter table plugin add column activated_at integer`,
  // Whatever was here before may have stored something.
  `update plugin set activated_at = state_since`,
  `create table plugin_version (
    plugin_id text not null, folder text not null, version text not null, hash text not null,
    files text not null, origin text not null, staged_at integer not null,
    primary key (plugin_id, folder)
  ) strict`,
  `create table plugin_update (
    plugin_id text primary key, from_folder text not null, to_folder text not null,
    copy text not null, started_at integer not null
  ) strict`,

  // ---- quarantine: why the system switched a plugin off ------------------------------------
  `alter table plugin add column quarantine text`,

  // ---- durable consumers: how far each has come, and what it could not take ------------------
  `create table plugin_consumer (
    plugin_id text not null, key text not null, event text not null,
    cursor integer not null, attempts integer not null default 0, next_at integer not null default 0,
    primary key (plugin_id, key)
  ) strict`,
  `create table plugin_dead_event (
    id integer primary key autoincrement,
    plugin_id text not null,
    key text not null,
    event text not null,
    source_id integer not null,
    facts text not null,
    error text not null,
    happened_at integer not null,
    at integer not null
  ) strict`,
  `create index plugin_dead_event_plugin on plugin_dead_event (plugin_id, id)`,

  // ---- personal: customers whom plugins must forget -----------------------------------------
  `create table plugin_erasure (
    id integer primary key autoincrement,
    plugin_id text not null references plugin (id) on delete cascade,
    customer_id integer not null,
    customer text not null,
    state text not null default 'waiting' check (state in ('waiting', 'done')),
    attempts integer not null default 0,
    error text,
    requested_by integer references agent (id) on delete set null,
    requested_at integer not null,
    done_at integer
  ) strict`,
  `create index plugin_erasure_customer on plugin_erasure (customer_id, id)`,
  `create unique index plugin_erasure_waiting on plugin_erasure (plugin_id, customer_id)
    where state = 'waiting'`,
  `create table plugin_keeper (
    plugin_id text primary key references plugin (id) on delete cascade,
    title text not null
  ) strict, without rowid`,

  // ---- recovery: links and short sessions of /recovery --------------------------------------
  `create table recovery_key (
    hash text primary key,
    kind text not null check (kind in ('link', 'session')),
    created_at integer not null,
    expires_at integer not null,
    used_at integer
  ) strict, without rowid`
]
