import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const visitor = 'visitor_id integer not null references webchat_visitor (id) on delete cascade'
const conversation = 'conversation_id integer not null'

const statements = [
  `create table webchat_email_code (
    hash text primary key,
    ${visitor},
    email text not null,
    created_at integer not null,
    expires_at integer not null,
    used_at integer
  ) strict, without rowid`,
  'create index webchat_email_code_visitor on webchat_email_code (visitor_id, created_at)',
  'create index webchat_email_code_email on webchat_email_code (email, created_at)',
  `create table webchat_thread (
    ${conversation},
    ${visitor},
    primary key (conversation_id, visitor_id)
  ) strict, without rowid`,
  'create index webchat_thread_visitor on webchat_thread (visitor_id)',
  `create table webchat_rating (
    ${visitor},
    ${conversation},
    asked_at integer not null,
    stars integer check (stars between 1 and 5),
    comment text,
    rated_at integer,
    primary key (visitor_id, conversation_id)
  ) strict, without rowid`,
  'create index webchat_rating_conversation on webchat_rating (conversation_id)',
  `create table webchat_mailed (
    message_seq integer primary key references webchat_message (seq) on delete cascade,
    at integer not null
  ) strict`,
  "create index webchat_message_answer on webchat_message (at) where author = 'agent'",
  'create index webchat_visitor_seen on webchat_visitor (seen_at)'
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}
