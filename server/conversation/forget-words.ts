import type { Db } from '../db/schema.ts'
import type { StepPayload } from './step/queue.ts'
import type { MessageHeaders } from './table.ts'

/** What a message said stands in requests that carried it, and where others quote it. */
export async function forgetWords(trx: Db, messageId: number): Promise<void> {
  await forgetRequests(trx, messageId)
  await forgetQuotes(trx, messageId)
}

async function forgetRequests(trx: Db, messageId: number): Promise<void> {
  const steps = await trx
    .selectFrom('outbox')
    .select(['id', 'payload'])
    .where(eb => eb.or([eb('message_id', '=', messageId), eb('target_id', '=', messageId)]))
    .execute()
  for (const { id, payload } of steps) {
    await trx
      .updateTable('outbox')
      .set({ payload: JSON.stringify(blank(JSON.parse(payload) as StepPayload)) })
      .where('id', '=', id)
      .execute()
  }
}

function blank(payload: StepPayload): StepPayload {
  const { html: _, quote: __, template: ___, choices: ____, action, undo, ...kept } = payload
  return {
    ...kept,
    text: '',
    ...(action && { action: action.type === 'edit' ? { ...action, text: '' } : action }),
    ...(undo && { undo: undo.type === 'edit' ? { ...undo, text: '' } : undo })
  }
}

async function forgetQuotes(trx: Db, messageId: number): Promise<void> {
  const answers = await trx
    .selectFrom('message')
    .select(['id', 'headers'])
    .where('quoted_id', '=', messageId)
    .execute()
  for (const { id, headers } of answers) {
    const { quote, ...kept } = JSON.parse(headers) as MessageHeaders
    if (quote === undefined) continue
    await trx
      .updateTable('message')
      .set({ headers: JSON.stringify(kept) })
      .where('id', '=', id)
      .execute()
  }
}
