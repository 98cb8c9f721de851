import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import { conflict } from '../../errors.ts'
import type { MessageAction, Recipient } from '../../plugin-api/outbound.ts'
import { randomToken } from '../../secret/token.ts'
import { findConversation } from '../find.ts'
import { findMessage } from '../find-message.ts'
import { capabilitiesOf } from '../capabilities.ts'
import type { StepPayload } from '../step/queue.ts'
import type { Message, MessageHeaders } from '../table.ts'
import { findThreadKey } from '../chat/thread-key.ts'

/** A message that something is to be done to, with its account. */
export interface Target {
  message: Message
  account: Account
  can: ReturnType<typeof capabilitiesOf>
}

/** How it was before, for taking back what the provider refuses. */
export type Undo =
  | { type: 'react'; emoji: string | null; agentId: number | null }
  | { type: 'edit'; text: string; version: number; editedAt: number | null }
  | { type: 'remove' }

/** Throws `act_unsent` while the provider does not know the message, `act_gone` when it was taken back. */
export async function findTarget(trx: Db, messageId: number): Promise<Target> {
  const message = await findMessage(trx, messageId)
  const account = await trx
    .selectFrom('account')
    .selectAll()
    .where('id', '=', message.account_id ?? 0)
    .executeTakeFirst()
  if (!account || message.kind === 'note') throw conflict('act_impossible')
  if (account.is_enabled === 0) throw conflict('account_off', { name: account.name })
  if (message.deleted_at !== null) throw conflict('act_gone')
  if (message.remote_id === null || unsent.has(message.status)) throw conflict('act_unsent')
  return { message, account, can: capabilitiesOf(account) }
}

const unsent = new Set(['queued', 'sending', 'failed', 'unknown', 'cancelled'])

/** The action goes out in its turn, after what was written before it. */
export async function queueAction(
  trx: Db,
  { message, account }: Target,
  actions: MessageAction[],
  undo: Undo,
  now: Date
): Promise<void> {
  const conversation = await findConversation(trx, message.conversation_id)
  const to = await recipientOf(trx, message)
  const key =
    message.thread_key ?? (await findThreadKey(trx, conversation, account.id, message.identity_id))
  const payload = {
    ...{ to, cc: [], bcc: [], text: '', attachmentIds: [], isAutomatic: false, undo },
    ...(key === null ? {} : { threadKey: key })
  }
  await trx
    .insertInto('outbox')
    .values(
      actions.map(action => ({
        message_id: null,
        relay_id: null,
        target_id: message.id,
        account_id: account.id,
        thread: key === null ? `c:${conversation.id}` : `k:${key}`,
        client_ref: `a${message.id}.${randomToken()}`,
        kind: 'action' as const,
        payload: JSON.stringify({ ...payload, action } satisfies StepPayload),
        send_after: now.getTime(),
        created_at: now.getTime()
      }))
    )
    .execute()
  announce(trx, { topic: 'outbox.added', account: account.id })
}

/** Where the message came from, or went to. */
async function recipientOf(trx: Db, message: Message): Promise<Recipient> {
  const { to = [] } = JSON.parse(message.headers) as MessageHeaders
  if (message.kind === 'outbound' && to[0]) return to[0]
  const identity = await trx
    .selectFrom('identity')
    .select(['kind', 'value', 'name'])
    .where('id', '=', message.identity_id ?? 0)
    .executeTakeFirst()
  if (!identity) throw conflict('act_impossible')
  const { kind, value, name } = identity
  return { kind, value, ...(name ? { name } : {}) }
}

export interface WaitingAction {
  id: number
  payload: StepPayload
}

/** What was asked for and has not left yet. */
export async function findWaiting(
  trx: Db,
  messageId: number,
  type: MessageAction['type']
): Promise<WaitingAction | undefined> {
  const rows = await trx
    .selectFrom('outbox')
    .select(['id', 'payload'])
    .where('target_id', '=', messageId)
    .where('state', '=', 'queued')
    .where('attempts', '=', 0)
    .orderBy('id')
    .execute()
  return rows
    .map(({ id, payload }) => ({ id, payload: JSON.parse(payload) as StepPayload }))
    .find(({ payload }) => payload.action?.type === type)
}

/** It has not left yet: it says something else now. Null: it is not needed any more. */
export async function changeWaiting(
  trx: Db,
  { id, payload }: WaitingAction,
  action: MessageAction | null
): Promise<void> {
  if (action === null) {
    await trx.deleteFrom('outbox').where('id', '=', id).execute()
    return
  }
  await trx
    .updateTable('outbox')
    .set({ payload: JSON.stringify({ ...payload, action }) })
    .where('id', '=', id)
    .execute()
}
