import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import { setOwnReaction } from './act.ts'
import { recordEvent, system } from './event.ts'
import { findMessage } from './find-message.ts'
import { findWaiting, type Undo } from './queue-action.ts'
import { refreshPreview } from './refresh-preview.ts'
import type { StepPayload } from './steps.ts'
import type { Message } from './table.ts'

/** The provider has refused: the timeline shows what the customer sees, and a line says why. */
export async function undoAction(
  trx: Db,
  { id, target_id, payload }: { id: number; target_id: number | null; payload: string },
  reason: string,
  now: Date
): Promise<void> {
  const { undo, action } = JSON.parse(payload) as StepPayload
  if (target_id === null || !undo || !action) return
  const message = await findMessage(trx, target_id)
  if (undo.type === 'react') await undoReaction(trx, message, undo, now)
  else if (undo.type === 'edit') await undoEdit(trx, message, undo)
  else await undoRemoval(trx, message)
  await refreshPreview(trx, message.conversation_id, now)
  const fact = {
    action: `${undo.type}_failed`,
    actor: system,
    particulars: { reason, message: message.id },
    // An album is taken back in several requests: one line says that it was not.
    key: undo.type === 'remove' ? `remove_failed.${message.id}` : `${undo.type}_failed.${id}`
  }
  await recordEvent(trx, { conversationId: message.conversation_id }, fact, now)
  announce(trx, { topic: 'event.added', conversation: message.conversation_id })
  announce(trx, {
    topic: 'message.changed',
    conversation: message.conversation_id,
    message: message.id
  })
}

type UndoOf<Type extends Undo['type']> = Extract<Undo, { type: Type }>

async function undoReaction(
  trx: Db,
  { id }: Message,
  undo: UndoOf<'react'>,
  now: Date
): Promise<void> {
  const { emoji, agentId } = undo
  if (await passOn(trx, id, undo)) return
  const before = emoji === null || agentId === null ? null : { emoji, agentId }
  await setOwnReaction(trx, id, before, now)
}

async function undoEdit(trx: Db, { id }: Message, undo: UndoOf<'edit'>): Promise<void> {
  if (await passOn(trx, id, undo)) return
  await trx
    .deleteFrom('message_version')
    .where('message_id', '=', id)
    .where('id', '>=', undo.version)
    .execute()
  await trx
    .updateTable('message')
    .set({ text: undo.text, edited_at: undo.editedAt })
    .where('id', '=', id)
    .execute()
}

async function undoRemoval(trx: Db, { id }: Message): Promise<void> {
  await trx.updateTable('message').set({ deleted_at: null }).where('id', '=', id).execute()
}

/** Something newer waits: when that is refused, too, it goes back to what was before this one. */
async function passOn(trx: Db, messageId: number, undo: Undo): Promise<boolean> {
  const waiting = await findWaiting(trx, messageId, undo.type)
  if (!waiting) return false
  await trx
    .updateTable('outbox')
    .set({ payload: JSON.stringify({ ...waiting.payload, undo }) })
    .where('id', '=', waiting.id)
    .execute()
  return true
}
