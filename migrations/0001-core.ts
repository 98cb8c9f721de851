import { sql, type Kysely } from 'kysely'

/**
 * The first shape of the core. Times are integer milliseconds UTC, flags are 0 or 1,
 * JSON is text. Counters are kept by the transactions that change them, never counted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // ---- settings and people who answer -------------------------------------------------------
  `create table setting (
    key text primary key, value text not null, updated_at integer not null
  ) strict`,
  `create table agent (
    id integer primary key autoincrement,
    email text not null unique collate nocase,
    name text not null,
    role text not null,
    password_hash text,
    locale text not null default 'id',
    time_zone text not null default 'Asia/Jakarta',
    theme text not null default 'system',
    density text not null default 'comfortable',
    undo_seconds integer,
    enter_sends integer not null default 0,
    shortcuts integer not null default 1,
    is_active integer not null default 1,
    created_at integer not null,
    last_seen_at integer
  ) strict`,
  `create table invitation (
    token_hash text primary key,
    agent_id integer not null references agent (id) on delete cascade,
    purpose text not null,
    expires_at integer not null,
    used_at integer
  ) strict`,
  `create table session (
    id_hash text primary key,
    agent_id integer references agent (id) on delete cascade,
    data text not null,
    address text,
    user_agent text,
    created_at integer not null,
    last_seen_at integer not null,
    expires_at integer not null
  ) strict`,
  `create index session_agent on session (agent_id)`,
  `create table sign_in_attempt (
    key text not null, at integer not null
  ) strict`,
  `create index sign_in_attempt_key on sign_in_attempt (key, at)`,
  `create table api_token (
    id integer primary key autoincrement,
    agent_id integer not null references agent (id) on delete cascade,
    name text not null,
    token_hash text not null unique,
    created_at integer not null,
    last_used_at integer,
    expires_at integer,
    revoked_at integer
  ) strict`,
  `create table idempotency (
    owner text not null, key text not null, request_hash text not null,
    status integer, body text, created_at integer not null,
    primary key (owner, key)
  ) strict`,
  `create index idempotency_age on idempotency (created_at)`,
  `create table team (
    id integer primary key autoincrement, name text not null unique, created_at integer not null
  ) strict`,
  `create table team_member (
    team_id integer not null references team (id) on delete cascade,
    agent_id integer not null references agent (id) on delete cascade,
    primary key (team_id, agent_id)
  ) strict`,

  // ---- channels: accounts, journal, outbox, files -------------------------------------------
  `create table account (
    id integer primary key autoincrement,
    type text not null,
    name text not null,
    address text,
    external_id text,
    settings text not null default '{}',
    secrets text not null default '{}',
    capabilities text not null default '{}',
    acknowledgement text,
    cursor text,
    webhook_secret text not null,
    is_enabled integer not null default 1,
    state text not null default 'starting',
    state_reason text,
    state_since integer not null,
    last_success_at integer,
    last_inbound_at integer,
    last_outbound_at integer,
    created_at integer not null,
    unique (type, external_id)
  ) strict`,
  `create table account_import (
    account_id integer primary key references account (id) on delete cascade,
    since_at integer not null,
    cursor text,
    done integer not null default 0,
    total integer,
    state text not null default 'running',
    error text,
    created_at integer not null,
    finished_at integer
  ) strict`,
  `create table blob (
    hash text primary key, size integer not null, created_at integer not null
  ) strict`,
  `create table journal (
    id integer primary key autoincrement,
    account_id integer not null references account (id) on delete cascade,
    key text not null,
    headers text not null default '{}',
    body blob,
    body_blob text references blob (hash),
    size integer not null,
    is_history integer not null default 0,
    state text not null default 'pending',
    attempts integer not null default 0,
    error text,
    received_at integer not null,
    finished_at integer,
    unique (account_id, key)
  ) strict`,
  `create index journal_pending on journal (account_id, is_history, id) where state = 'pending'`,
  `create index journal_failed on journal (id) where state = 'failed'`,
  `create index journal_blob on journal (body_blob) where body_blob is not null`,
  `create index journal_age on journal (received_at)`,

  // ---- customers ------------------------------------------------------------------------------
  `create table customer (
    id integer primary key autoincrement,
    name text not null default '',
    note text not null default '',
    is_vip integer not null default 0,
    is_blocked integer not null default 0,
    locale text,
    merged_into integer references customer (id) on delete set null,
    created_at integer not null,
    last_seen_at integer not null
  ) strict`,
  `create index customer_recent on customer (last_seen_at desc, id desc)`,
  `create index customer_name on customer (name collate nocase)`,
  `create table identity (
    id integer primary key autoincrement,
    customer_id integer not null references customer (id) on delete cascade,
    kind text not null,
    namespace text not null default '',
    value text not null,
    name text,
    channel text not null,
    verified_at integer,
    unreachable_at integer,
    unreachable_reason text,
    created_at integer not null
  ) strict`,
  `create unique index identity_verified on identity (kind, namespace, value) where verified_at is not null`,
  `create unique index identity_claimed on identity (kind, namespace, value, channel) where verified_at is null`,
  `create index identity_customer on identity (customer_id)`,
  `create index identity_value on identity (value)`,
  `create table suggestion (
    id integer primary key autoincrement,
    customer_id integer not null references customer (id) on delete cascade,
    other_customer_id integer references customer (id) on delete cascade,
    conversation_id integer,
    other_conversation_id integer,
    reason text not null,
    state text not null default 'open',
    decided_by integer references agent (id) on delete set null,
    created_at integer not null,
    decided_at integer
  ) strict`,
  `create index suggestion_customer on suggestion (customer_id, state)`,

  // ---- conversations --------------------------------------------------------------------------
  `create table conversation (
    id integer primary key autoincrement,
    customer_id integer not null references customer (id) on delete cascade,
    account_id integer references account (id) on delete set null,
    channel text not null,
    thread_key text,
    reply_token text not null,
    subject text not null default '',
    status text not null default 'open',
    priority text not null default 'normal',
    assignee_id integer references agent (id) on delete set null,
    team_id integer references team (id) on delete set null,
    is_spam integer not null default 0,
    queue text not null generated always as (
      case when is_spam = 1 then 'spam' when status = 'pending' then 'open' else status end
    ) stored,
    preview text not null default '',
    preview_kind text not null default 'inbound',
    message_count integer not null default 0,
    unanswered_count integer not null default 0,
    waiting_since integer,
    snoozed_until integer,
    last_message_id integer,
    last_message_at integer not null,
    last_inbound_at integer,
    last_outbound_at integer,
    closed_at integer,
    version integer not null default 1,
    created_at integer not null
  ) strict`,
  `create index conversation_queue on conversation (queue, last_message_at desc, id desc)`,
  `create index conversation_assignee on conversation (queue, assignee_id, last_message_at desc, id desc)`,
  `create index conversation_account on conversation (queue, account_id, last_message_at desc, id desc)`,
  `create index conversation_team on conversation (queue, team_id, last_message_at desc, id desc)`,
  `create index conversation_customer on conversation (customer_id, last_message_at desc)`,
  `create index conversation_thread on conversation (account_id, thread_key, last_message_at desc) where thread_key is not null`,
  `create index conversation_wake on conversation (snoozed_until) where snoozed_until is not null`,
  `create table participant (
    conversation_id integer not null references conversation (id) on delete cascade,
    identity_id integer not null references identity (id) on delete cascade,
    role text not null default 'customer',
    added_at integer not null,
    primary key (conversation_id, identity_id)
  ) strict`,
  `create index participant_identity on participant (identity_id)`,
  `create table tag (
    id integer primary key autoincrement, name text not null unique collate nocase
  ) strict`,
  `create table conversation_tag (
    conversation_id integer not null references conversation (id) on delete cascade,
    tag_id integer not null references tag (id) on delete cascade,
    primary key (conversation_id, tag_id)
  ) strict`,
  `create index conversation_tag_tag on conversation_tag (tag_id)`,
  `create table message (
    id integer primary key autoincrement,
    conversation_id integer not null references conversation (id) on delete cascade,
    account_id integer references account (id) on delete set null,
    channel text,
    identity_id integer references identity (id) on delete set null,
    agent_id integer references agent (id) on delete set null,
    kind text not null,
    subject text,
    text text not null default '',
    has_html integer not null default 0,
    has_quote integer not null default 0,
    is_automatic integer not null default 0,
    is_verified integer not null default 0,
    remote_id text,
    client_key text,
    headers text not null default '{}',
    status text not null default 'received',
    status_reason text,
    send_after integer,
    journal_id integer references journal (id) on delete set null,
    at integer not null,
    created_at integer not null
  ) strict`,
  `create unique index message_remote on message (account_id, remote_id) where remote_id is not null`,
  `create unique index message_client on message (agent_id, client_key) where client_key is not null`,
  `create index message_conversation on message (conversation_id, at, id)`,
  `create index message_identity on message (identity_id, created_at) where identity_id is not null`,
  `create index message_journal on message (journal_id) where journal_id is not null`,
  `create index message_remote_id on message (remote_id) where remote_id is not null`,
  `create table message_body (
    message_id integer primary key references message (id) on delete cascade,
    html text, full_html text, full_text text, has_remote_images integer not null default 0
  ) strict`,
  `create table attachment (
    id integer primary key autoincrement,
    message_id integer references message (id) on delete cascade,
    agent_id integer references agent (id) on delete set null,
    token text not null unique,
    blob_hash text references blob (hash),
    ref text,
    filename text not null,
    mime text not null,
    size integer not null default 0,
    kind text not null default 'file',
    inline_id text,
    is_hidden integer not null default 0,
    state text not null default 'ready',
    created_at integer not null
  ) strict`,
  `create index attachment_message on attachment (message_id)`,
  `create index attachment_blob on attachment (blob_hash)`,
  `create table event (
    id integer primary key autoincrement,
    conversation_id integer references conversation (id) on delete cascade,
    customer_id integer references customer (id) on delete cascade,
    action text not null,
    actor_kind text not null,
    actor_id text,
    particulars text not null default '{}',
    at integer not null
  ) strict`,
  `create index event_conversation on event (conversation_id, id)`,
  `create index event_customer on event (customer_id, id) where customer_id is not null`,
  `create table draft (
    conversation_id integer not null references conversation (id) on delete cascade,
    agent_id integer not null references agent (id) on delete cascade,
    mode text not null,
    text text not null,
    particulars text not null default '{}',
    updated_at integer not null,
    primary key (conversation_id, agent_id, mode)
  ) strict`,
  `create table seen (
    conversation_id integer not null references conversation (id) on delete cascade,
    agent_id integer not null references agent (id) on delete cascade,
    message_id integer not null,
    at integer not null,
    primary key (conversation_id, agent_id)
  ) strict`,
  `create table counter (
    scope text not null, owner text not null default '', queue text not null, amount integer not null default 0,
    primary key (scope, owner, queue)
  ) strict`,
  `create table outbox (
    id integer primary key autoincrement,
    message_id integer references message (id) on delete cascade,
    account_id integer not null references account (id) on delete cascade,
    thread text not null,
    client_ref text not null unique,
    step_index integer not null default 0,
    steps integer not null default 1,
    kind text not null,
    payload text not null,
    state text not null default 'queued',
    attempts integer not null default 0,
    send_after integer not null,
    claimed_at integer,
    begun_at integer,
    remote_id text,
    error_kind text,
    error_code text,
    error_text text,
    created_at integer not null,
    finished_at integer
  ) strict`,
  `create index outbox_due on outbox (account_id, send_after, id) where state = 'queued'`,
  `create index outbox_thread on outbox (account_id, thread, id) where state in ('queued', 'sending')`,
  `create index outbox_trouble on outbox (id) where state in ('failed', 'unknown')`,
  `create index outbox_message on outbox (message_id)`,
  `create index outbox_remote on outbox (account_id, remote_id) where remote_id is not null`,
  `create table outbox_attempt (
    id integer primary key autoincrement,
    outbox_id integer not null references outbox (id) on delete cascade,
    started_at integer not null,
    finished_at integer,
    outcome text,
    error_kind text,
    error_code text,
    error_text text
  ) strict`,
  `create index outbox_attempt_step on outbox_attempt (outbox_id)`,
  `create table receipt (
    id integer primary key autoincrement,
    account_id integer not null references account (id) on delete cascade,
    message_id integer references message (id) on delete cascade,
    ref text not null,
    recipient text,
    status text not null,
    reason text,
    is_permanent integer not null default 0,
    at integer not null,
    created_at integer not null
  ) strict`,
  `create index receipt_message on receipt (message_id)`,
  `create index receipt_parked on receipt (account_id, ref) where message_id is null`,

  // ---- jobs and plugins -----------------------------------------------------------------------
  `create table job (
    id integer primary key autoincrement,
    owner text not null,
    name text not null,
    key text,
    payload text not null default '{}',
    state text not null default 'waiting',
    attempts integer not null default 0,
    max_attempts integer not null default 8,
    run_at integer not null,
    lease_until integer,
    error text,
    created_at integer not null,
    finished_at integer
  ) strict`,
  `create unique index job_key on job (owner, name, key) where key is not null and state = 'waiting'`,
  `create index job_due on job (run_at, id) where state = 'waiting'`,
  `create index job_running on job (lease_until) where state = 'running'`,
  `create table schedule (
    owner text not null, name text not null, cron text not null, time_zone text not null default 'UTC',
    next_at integer not null, last_at integer,
    primary key (owner, name)
  ) strict`,
  `create table plugin (
    id text primary key,
    version text not null,
    is_active integer not null default 0,
    state text not null default 'installed',
    reason text,
    settings text not null default '{}',
    secrets text not null default '{}',
    state_since integer not null
  ) strict`,
  `create table plugin_value (
    plugin_id text not null, key text not null, value text not null, expires_at integer,
    primary key (plugin_id, key)
  ) strict`
]
