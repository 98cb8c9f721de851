import { mirrorSteps } from './mirror.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { conflict } from '../../errors.ts'
import { randomToken } from '../../secret/token.ts'
import { findMessage } from '../find-message.ts'
import type { Chosen } from '../reply/recipient.ts'
import { refuseClosed } from '../reply/outgoing.ts'
import { sendReply } from '../reply/send.ts'
import type { Message, MessageHeaders } from '../table.ts'

/**
 * "Send again", a human's decision. What may have arrived goes once more under the same name, so that
 * a receiver who has it folds the repeat; what was refused for good goes as a new message.
 */
export async function resendMessage(
  db: Db,
  messageId: number,
  agentId: number,
  now: Date
): Promise<Message> {
  return inTransaction(db, async trx => {
    const message = await findMessage(trx, messageId)
    const isOpen = message.status === 'unknown' || message.status === 'failed'
    if (message.kind !== 'outbound' || !isOpen) throw conflict('not_resendable')
    const isRefused = await wasRefused(trx, messageId)
    if (isRefused) return sendCopy(trx, message, agentId, now)
    await refuseLate(trx, message, now)
    await requeue(trx, message, now)
    return findMessage(trx, messageId)
  })
}

async function wasRefused(trx: Db, messageId: number): Promise<boolean> {
  const step = await trx
    .selectFrom('outbox')
    .select('id')
    .where('message_id', '=', messageId)
    .where('state', '=', 'failed')
    .where('error_kind', '!=', 'temporary')
    .executeTakeFirst()
  return step !== undefined
}

/** Free words that may not have arrived cannot go again out of time either. */
async function refuseLate(trx: Db, message: Message, now: Date): Promise<void> {
  const { template } = JSON.parse(message.headers) as MessageHeaders
  const account = await trx
    .selectFrom('account')
    .selectAll()
    .where('id', '=', message.account_id ?? 0)
    .executeTakeFirst()
  if (!account || template) return
  await refuseClosed(trx, { account, identityId: message.identity_id }, now)
}

async function requeue(trx: Db, message: Message, now: Date): Promise<void> {
  const steps = await trx
    .updateTable('outbox')
    .set({
      state: 'queued',
      attempts: 0,
      send_after: now.getTime(),
      error_kind: null,
      error_code: null,
      error_text: null,
      finished_at: null
    })
    .where('message_id', '=', message.id)
    .where('state', 'in', ['unknown', 'failed', 'cancelled'])
    .returning('account_id')
    .execute()
  const [first] = steps
  if (!first) throw conflict('not_resendable')
  await mirrorSteps(trx, message.id)
  announce(trx, { topic: 'outbox.added', account: first.account_id })
}

async function sendCopy(trx: Db, message: Message, agentId: number, now: Date): Promise<Message> {
  const { to, cc, bcc, template, choices, added } = JSON.parse(message.headers) as MessageHeaders
  const body = await trx
    .selectFrom('message_body')
    .select('html')
    .where('message_id', '=', message.id)
    .executeTakeFirst()
  const typed = (list: MessageHeaders['to']): Chosen[] =>
    (list ?? []).flatMap(one => (one.kind === 'external' ? [] : { ...one, kind: one.kind }))
  const main: Chosen | undefined =
    message.identity_id === null ? typed(to)[0] : { identityId: message.identity_id }
  const reply = {
    conversationId: message.conversation_id,
    agentId,
    // A template says its words by itself.
    text: template ? '' : message.text,
    added: added?.at(-1),
    ...{ template, choices, quotedId: message.quoted_id ?? undefined },
    html: body?.html ?? undefined,
    accountId: message.account_id ?? undefined,
    subject: message.subject ?? undefined,
    attachments: await copyFiles(trx, message.id, agentId, now),
    to: main,
    cc: typed(cc),
    bcc: typed(bcc)
  }
  return sendReply(trx, reply, now)
}

async function copyFiles(
  trx: Db,
  messageId: number,
  agentId: number,
  now: Date
): Promise<string[]> {
  const files = await trx
    .selectFrom('attachment')
    .selectAll()
    .where('message_id', '=', messageId)
    .execute()
  if (files.length === 0) return []
  const copies = files.map(({ id: _, ...file }) => ({
    ...file,
    message_id: null,
    agent_id: agentId,
    token: randomToken(),
    created_at: now.getTime()
  }))
  await trx.insertInto('attachment').values(copies).execute()
  return copies.map(copy => copy.token)
}
