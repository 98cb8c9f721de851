import { sql, type Kysely } from 'kysely'

const table = `create table whatsapp_person (
  account_id integer not null references account (id) on delete cascade,
  user_id text not null,
  phone text not null,
  seen_at integer not null,
  primary key (account_id, user_id)
) strict, without rowid`

/** Which number was last told together with an id of Meta's. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(table).execute(db)
  const index = 'create index whatsapp_person_phone on whatsapp_person (account_id, phone)'
  await sql.raw(index).execute(db)
}
