import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const account = 'account_id integer not null references account (id) on delete cascade'
const visitor = 'visitor_id integer not null references webchat_visitor (id) on delete cascade'

const statements = [
  `create table webchat_widget (
    account_id integer primary key references account (id) on delete cascade,
    key text not null unique,
    created_at integer not null
  ) strict`,
  `create table webchat_visitor (
    id integer primary key autoincrement,
    ${account},
    public_id text not null unique,
    user_id text,
    name text,
    email text,
    is_email_proven integer not null default 0,
    phone text,
    is_phone_proven integer not null default 0,
    consent_at integer,
    facts text,
    locale text,
    delivered_seq integer not null default 0,
    read_seq integer not null default 0,
    agent_seq integer not null default 0,
    created_at integer not null,
    seen_at integer not null,
    unique (account_id, user_id)
  ) strict`,
  `create table webchat_token (
    hash text primary key,
    ${account},
    ${visitor},
    created_at integer not null,
    seen_at integer not null,
    ended_at integer
  ) strict, without rowid`,
  'create index webchat_token_visitor on webchat_token (visitor_id)',
  'create index webchat_token_account on webchat_token (account_id)',
  `create table webchat_message (
    seq integer primary key autoincrement,
    ${account},
    ${visitor},
    author text not null check (author in ('visitor', 'agent', 'auto')),
    author_name text,
    client_id text,
    client_ref text,
    text text not null,
    at integer not null,
    page_url text,
    page_title text,
    choices text,
    choice_id text,
    is_journaled integer not null default 1,
    unique (visitor_id, client_id),
    unique (account_id, client_ref)
  ) strict`,
  'create index webchat_message_account on webchat_message (account_id, seq)',
  'create index webchat_message_visitor on webchat_message (visitor_id, seq)',
  'create index webchat_message_waiting on webchat_message (account_id, seq) where is_journaled = 0',
  `create table webchat_file (
    ${visitor},
    id text not null,
    ${account},
    message_seq integer references webchat_message (seq) on delete cascade,
    place integer not null default 0,
    is_from_visitor integer not null,
    name text not null,
    mime text not null,
    size integer not null,
    is_image integer not null,
    body blob not null,
    created_at integer not null,
    primary key (visitor_id, id)
  ) strict`,
  'create index webchat_file_message on webchat_file (message_seq)',
  'create index webchat_file_account on webchat_file (account_id, is_from_visitor)',
  'create index webchat_file_waiting on webchat_file (created_at) where message_seq is null'
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
