import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const table = `create table remote_channel_person (
  account_id integer not null references account (id) on delete cascade,
  what text not null,
  ref text not null,
  kind text not null,
  value text not null,
  noted_at integer not null,
  primary key (account_id, what, ref, kind, value)
) strict, without rowid`

/** Whose steps and uploads are, to find them when somebody asks. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(table).execute(db)
  const index = 'create index remote_channel_person_value on remote_channel_person (kind, value)'
  await sql.raw(index).execute(db)
}
