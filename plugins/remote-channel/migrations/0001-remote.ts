import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const statements = [
  `create table remote_channel_token (
    id integer primary key,
    account_id integer not null references account (id) on delete cascade,
    hash text not null,
    created_at integer not null,
    expires_at integer
  ) strict`,
  'create index remote_channel_token_account on remote_channel_token (account_id)',
  `create table remote_channel_step (
    account_id integer not null references account (id) on delete cascade,
    client_ref text not null,
    lease text not null,
    leased_until integer not null,
    ack text,
    is_taken integer not null default 0,
    updated_at integer not null,
    primary key (account_id, client_ref)
  ) strict, without rowid`,
  `create table remote_channel_upload (
    account_id integer not null references account (id) on delete cascade,
    id text not null,
    mime text not null,
    size integer not null,
    body blob not null,
    created_at integer not null,
    primary key (account_id, id)
  ) strict`
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
