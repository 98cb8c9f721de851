import { sql, type Kysely } from 'kysely'

/** What live chats need. Times are integer milliseconds UTC, flags are 0 or 1, JSON is text. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ---- mail: what plugins have written in the business's name; the key is a hash -------------
  `create table plugin_mail (
    plugin_id text not null,
    key_hash text not null,
    created_at integer not null,
    primary key (plugin_id, key_hash)
  ) strict, without rowid`,
  `create index plugin_mail_age on plugin_mail (plugin_id, created_at)`
]
