import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import { setOwnReaction } from './act.ts'
import { recordEvent, system } from '../event.ts'
import { findMessage } from '../find-message.ts'
import { previewAgain } from '../preview/again.ts'
import type { Undo } from './queue.ts'
import type { StepPayload } from '../step/queue.ts'
import type { Message } from '../table.ts'
import { takeBack } from '../take-back.ts'

/** A row of the outbox that does something to a message. */
export interface ActionStep {
  id: number
  target_id: number | null
  payload: string
}

/** The provider has done it. What was taken back keeps no words with us either. */
export async function finishAction(
  trx: Db,
  { target_id, payload }: ActionStep,
  now: Date
): Promise<void> {
  const { action } = JSON.parse(payload) as StepPayload
  if (target_id === null || action?.type !== 'remove') return
  const isLeft = await trx
    .selectFrom('outbox')
    .select('id')
    .where('target_id', '=', target_id)
    .where('state', 'in', ['queued', 'sending'])
    .limit(1)
    .executeTakeFirst()
  const message = await findMessage(trx, target_id)
  if (isLeft || message.deleted_at === null) return
  await takeBack(trx, { ...message, deleted_at: null }, message.deleted_at, now)
}

const readPayload = (payload: string) => JSON.parse(payload) as StepPayload

/** The provider has refused: the timeline shows what the customer sees, and a line says why. */
export async function undoAction(
  trx: Db,
  step: ActionStep,
  reason: string,
  now: Date
): Promise<void> {
  const { undo } = readPayload(step.payload)
  if (step.target_id === null || !undo) return
  const message = await findMessage(trx, step.target_id)
  if (!(await passOn(trx, step, message.id, undo))) await restore(trx, message, undo, now)
  const conversation = message.conversation_id
  const fact = {
    action: `${undo.type}_failed`,
    actor: system,
    particulars: { reason, message: message.id },
    // An album is taken back in several requests: one line says that it was not.
    key: `${undo.type}_failed.${undo.type === 'remove' ? message.id : step.id}`
  }
  await recordEvent(trx, { conversationId: conversation }, fact, now)
  announce(trx, { topic: 'event.added', conversation })
  announce(trx, { topic: 'message.changed', conversation, message: message.id })
}

async function restore(trx: Db, { id }: Message, undo: Undo, now: Date): Promise<void> {
  if (undo.type === 'react') {
    const { emoji, agentId } = undo
    const before = emoji === null || agentId === null ? null : { emoji, agentId }
    await setOwnReaction(trx, id, before, now)
    return
  }
  const { text, editedAt, version } = undo.type === 'edit' ? undo : unedited
  const changes = undo.type === 'edit' ? { text, edited_at: editedAt } : { deleted_at: null }
  await trx.updateTable('message').set(changes).where('id', '=', id).execute()
  if (version !== null) {
    await trx
      .deleteFrom('message_version')
      .where('message_id', '=', id)
      .where('id', '>=', version)
      .execute()
  }
  await previewAgain(trx, id, now)
}

const unedited = { text: '', editedAt: null, version: null }

/** Something newer was asked for: when that is refused, too, it goes back to what was before this one. */
async function passOn(trx: Db, step: ActionStep, messageId: number, undo: Undo): Promise<boolean> {
  const rows = await trx
    .selectFrom('outbox')
    .select(['id', 'payload'])
    .where('target_id', '=', messageId)
    .where('id', '>', step.id)
    .where('state', 'not in', ['failed', 'cancelled'])
    .orderBy('id')
    .execute()
  const newer = rows.find(row => readPayload(row.payload).undo?.type === undo.type)
  if (!newer || undo.type === 'remove') return false
  await trx
    .updateTable('outbox')
    .set({ payload: JSON.stringify({ ...readPayload(newer.payload), undo }) })
    .where('id', '=', newer.id)
    .execute()
  return true
}
