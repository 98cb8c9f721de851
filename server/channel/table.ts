import type { Generated, Selectable } from 'kysely'
import type { FailureKind } from '../plugin-api/outbound.ts'
import type { MessageTemplate } from '../plugin-api/template.ts'

/**
 * `settings`, `secrets` and `capabilities` are JSON; `secrets` maps a field to its encrypted value.
 * Capabilities are what the channel last said, so that a reply can be cut while its plugin is off.
 */
export interface AccountTable {
  id: Generated<number>
  type: string
  name: string
  address: string | null
  external_id: string | null
  settings: Generated<string>
  secrets: Generated<string>
  capabilities: Generated<string>
  /** Answer to each new conversation, with {number}; null: none. */
  acknowledgement: string | null
  cursor: string | null
  webhook_secret: string
  is_enabled: Generated<number>
  state: Generated<'starting' | 'connected' | 'delayed' | 'needs_attention'>
  state_reason: string | null
  state_since: number
  last_success_at: number | null
  last_inbound_at: number | null
  last_outbound_at: number | null
  /** When its templates were last asked for. */
  templates_at: number | null
  /** JSON `Text`: something to do soon. */
  notice: string | null
  created_at: number
}

export interface AccountImportTable {
  account_id: number
  since_at: number
  cursor: string | null
  done: Generated<number>
  total: number | null
  state: Generated<'running' | 'done' | 'failed'>
  error: string | null
  created_at: number
  finished_at: number | null
}

/** Raw items as they came. Bodies over 64 KB are blobs. */
export interface JournalTable {
  id: Generated<number>
  account_id: number
  /** Taken in at this account's address for another one that could not take it. */
  for_account_id: number | null
  key: string
  headers: Generated<string>
  body: Buffer | null
  body_blob: string | null
  size: number
  is_history: Generated<number>
  state: Generated<'pending' | 'done' | 'failed' | 'ignored'>
  attempts: Generated<number>
  error: string | null
  received_at: number
  finished_at: number | null
}

/** One request to a provider. `thread` keeps order: one step in flight per (account, thread). */
export interface OutboxTable {
  id: Generated<number>
  message_id: number | null
  /** Set for kind `relay`, which has no message of its own. */
  relay_id: number | null
  /** Set for kind `action`: the message that something is done to. */
  target_id: number | null
  account_id: number
  thread: string
  client_ref: string
  step_index: Generated<number>
  steps: Generated<number>
  kind: 'message' | 'notice' | 'relay' | 'action'
  payload: string
  state: Generated<OutboxState>
  attempts: Generated<number>
  send_after: number
  claimed_at: number | null
  /** From here on it may have arrived; only for channels that tell (`tellsBegin`). */
  begun_at: number | null
  remote_id: string | null
  error_kind: FailureKind | null
  error_code: string | null
  error_text: string | null
  created_at: number
  finished_at: number | null
}

export type OutboxState =
  | 'queued'
  | 'sending'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'unknown'
  | 'cancelled'

export interface OutboxAttemptTable {
  id: Generated<number>
  outbox_id: number
  started_at: number
  finished_at: number | null
  outcome: string | null
  error_kind: FailureKind | null
  error_code: string | null
  error_text: string | null
}

/** What providers and bounces told about an outbound message; `message_id` is null while parked. */
export interface ReceiptTable {
  id: Generated<number>
  account_id: number
  message_id: number | null
  ref: string
  recipient: string | null
  status: 'delayed' | 'sent' | 'delivered' | 'read' | 'failed'
  reason: string | null
  /** What a failure means for more than this message. */
  failure: FailureKind | null
  is_permanent: Generated<number>
  at: number
  created_at: number
}

/** Up to which message an account's channel was told that we have read. */
export interface ReadMarkTable {
  conversation_id: number
  account_id: number
  message_id: number
  at: number
}

/** Changes that came before their message; JSON of the event. */
export interface ParkedEventTable {
  id: Generated<number>
  account_id: number
  remote_id: string
  event: string
  created_at: number
}

/** The provider said that the window was closed then; a later message of the customer opens it. */
export interface ClosedWindowTable {
  account_id: number
  identity_id: number
  at: number
}

/** The address cannot be written to by this account; `reason` as in `identity`. */
export interface ClosedWayTable {
  account_id: number
  identity_id: number
  at: number
  reason: string | null
}

/** To the provider of the channel the address is one with another: its writer's. */
export interface WriterTable {
  identity_id: number
  channel: string
  writer_id: number
}

/** `content` is JSON `MessageTemplate`. */
export interface MessageTemplateTable {
  account_id: number
  name: string
  language: string
  state: MessageTemplate['state']
  content: string
  synced_at: number
}

export type Account = Selectable<AccountTable>
export type JournalItem = Selectable<JournalTable>
export type OutboxStepRow = Selectable<OutboxTable>

declare module '../db/schema.ts' {
  interface Tables {
    account: AccountTable
    account_import: AccountImportTable
    journal: JournalTable
    outbox: OutboxTable
    outbox_attempt: OutboxAttemptTable
    receipt: ReceiptTable
    read_mark: ReadMarkTable
    parked_event: ParkedEventTable
    closed_window: ClosedWindowTable
    closed_way: ClosedWayTable
    writer: WriterTable
    message_template: MessageTemplateTable
  }
}

declare module '../db/transaction.ts' {
  interface News {
    'journal.added': { account: number }
    'outbox.added': { account: number }
    'account.changed': { account: number }
    /** The provider says that the account needs somebody. */
    'account.problem': { account: number; reason: string }
  }
}
