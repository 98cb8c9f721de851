import { sql, type Kysely } from 'kysely'

/** What messengers need. Times are integer milliseconds UTC, flags are 0 or 1, JSON is text. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ---- messages: albums, quotes, changes, and further ids of the same message ---------------------
  `alter table message add column album_key text`,
  `alter table message add column quoted_id integer references message (id) on delete set null`,
  `alter table message add column edited_at integer`,
  `alter table message add column deleted_at integer`,
  `create index message_album on message (account_id, thread_key, album_key) where album_key is not null`,
  `create index message_quoted on message (quoted_id) where quoted_id is not null`,
  `create index message_way on message (identity_id, account_id, kind, is_automatic, at, conversation_id) where identity_id is not null`,
  `create table message_alias (
    account_id integer not null references account (id) on delete cascade,
    remote_id text not null,
    message_id integer not null references message (id) on delete cascade,
    primary key (account_id, remote_id)
  ) strict, without rowid`,
  `create index message_alias_message on message_alias (message_id)`,
  `create table message_version (
    id integer primary key autoincrement,
    message_id integer not null references message (id) on delete cascade,
    text text not null,
    replaced_at integer not null
  ) strict`,
  `create index message_version_message on message_version (message_id, id)`,

  // ---- reactions: those of the customer by address and of a group by member, ours by agent ---------------------------------
  `create table reaction (
    message_id integer not null references message (id) on delete cascade,
    actor_kind text not null,
    actor_id integer not null,
    member text not null default '',
    member_name text,
    emoji text not null,
    at integer not null,
    primary key (message_id, actor_kind, actor_id, member, emoji)
  ) strict, without rowid`,
  `create table reaction_mark (
    message_id integer not null references message (id) on delete cascade,
    identity_id integer not null references identity (id) on delete cascade,
    member text not null default '',
    at integer not null,
    primary key (message_id, identity_id, member)
  ) strict, without rowid`,

  // ---- parked: changes that came before the message they are about --------------------------------
  `create table parked_event (
    id integer primary key autoincrement,
    account_id integer not null references account (id) on delete cascade,
    remote_id text not null,
    event text not null,
    created_at integer not null
  ) strict`,
  `create index parked_event_target on parked_event (account_id, remote_id)`,
  `create index parked_event_age on parked_event (created_at)`,

  // ---- receipts: what a failure means for more than its message --------------------------------------
  `alter table receipt add column failure text`,

  // ---- answer windows that the provider has called closed ------------------------------------------
  `create table closed_window (
    account_id integer not null references account (id) on delete cascade,
    identity_id integer not null references identity (id) on delete cascade,
    at integer not null,
    primary key (account_id, identity_id)
  ) strict, without rowid`,

  // ---- addresses that cannot be written to by one account --------------------------------------------
  `create table closed_way (
    account_id integer not null references account (id) on delete cascade,
    identity_id integer not null references identity (id) on delete cascade,
    at integer not null,
    reason text,
    primary key (identity_id, account_id)
  ) strict, without rowid`,
  `create index closed_way_account on closed_way (account_id)`,

  // ---- templates as the provider last listed them ---------------------------------------------------
  `create table message_template (
    account_id integer not null references account (id) on delete cascade,
    name text not null,
    language text not null,
    state text not null,
    content text not null,
    synced_at integer not null,
    primary key (account_id, name, language)
  ) strict, without rowid`,
  `alter table account add column templates_at integer`,
  `alter table account add column notice text`,

  // ---- conversations: what the newest message is, when it has no words ------------------------------
  `alter table conversation add column preview_what text`,

  // ---- addresses: what was somebody's once, and is kept apart from its next owner -------------------
  `alter table identity add column former_at integer`,
  `drop index identity_claimed`,
  `create unique index identity_claimed on identity (kind, namespace, value, channel) where verified_at is null and former_at is null`,

  // ---- addresses: which of them are one to a provider, such as a number and the id of its owner -------
  `create table writer (
    identity_id integer not null references identity (id) on delete cascade,
    channel text not null,
    writer_id integer not null references identity (id) on delete cascade,
    primary key (identity_id, channel)
  ) strict, without rowid`,
  `create index writer_of on writer (writer_id)`,

  // ---- albums: which part brought a file -------------------------------------------------------------
  `alter table attachment add column part_id text`,

  // ---- journal: an item that one address took in for another account ---------------------------------
  `alter table journal add column for_account_id integer`,

  // ---- outbox: what is done to a message that is there ----------------------------------------------
  `alter table outbox add column target_id integer references message (id) on delete cascade`,
  `create index outbox_target on outbox (target_id) where target_id is not null`
]
