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
  `create index plugin_mail_age on plugin_mail (plugin_id, created_at)`,

  // ---- threads: the chat of each message, and chats that go on in another channel's conversation ----
  `alter table message add column thread_key text`,
  `create table joined_chat (
    account_id integer not null references account (id) on delete cascade,
    thread_key text not null,
    conversation_id integer not null references conversation (id) on delete cascade,
    primary key (account_id, thread_key)
  ) strict, without rowid`,
  `create index joined_chat_conversation on joined_chat (conversation_id)`,

  // ---- activities: the same one of an account is told once -----------------------------------------
  `alter table event add column key text`,
  `create unique index event_key on event (key) where key is not null`,

  // ---- invite codes: good once, by one account, for one conversation -------------------------------
  `create table invite_code (
    hash text primary key,
    conversation_id integer not null references conversation (id) on delete cascade,
    account_id integer not null references account (id) on delete cascade,
    created_at integer not null,
    expires_at integer not null
  ) strict, without rowid`,
  `create index invite_code_conversation on invite_code (conversation_id, account_id, created_at)`,

  // ---- read marks: up to which message the channel of a thread was told that we have read -----
  `create table read_mark (
    conversation_id integer not null references conversation (id) on delete cascade,
    account_id integer not null references account (id) on delete cascade,
    message_id integer not null,
    at integer not null,
    primary key (conversation_id, account_id)
  ) strict, without rowid`,
  `create index read_mark_account on read_mark (account_id)`,

  // ---- relay: replies that went out once more, to another address of the customer ------------
  `create table relay (
    id integer primary key autoincrement,
    conversation_id integer not null references conversation (id) on delete cascade,
    identity_id integer references identity (id) on delete set null,
    address text not null,
    status text not null default 'queued',
    status_reason text,
    created_at integer not null
  ) strict`,
  `create index relay_conversation on relay (conversation_id)`,
  `create index relay_identity on relay (identity_id) where identity_id is not null`,
  `create table relay_message (
    message_id integer not null references message (id) on delete cascade,
    address text not null,
    relay_id integer not null references relay (id) on delete cascade,
    primary key (message_id, address)
  ) strict, without rowid`,
  `create index relay_message_relay on relay_message (relay_id)`,
  `alter table outbox add column relay_id integer references relay (id) on delete cascade`,
  `create index outbox_relay on outbox (relay_id) where relay_id is not null`
]
