import { mirrorSteps } from '../../conversation/step/mirror.ts'
import { combine } from '../../conversation/step/ratchet.ts'
import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { OutboxStepRow } from '../table.ts'

type Owner = Pick<OutboxStepRow, 'message_id' | 'relay_id'>

/** Shows on the message or the relay how its steps are doing, in the transaction that changed one of them. */
export async function mirrorStep(trx: Db, step: Owner): Promise<void> {
  if (step.message_id !== null) await mirrorSteps(trx, step.message_id)
  if (step.relay_id !== null) await mirrorRelay(trx, step.relay_id)
}

/** The same for many changed steps, each owner once. */
export async function mirrorOwners(trx: Db, steps: readonly Owner[]): Promise<void> {
  const messages = new Set(steps.flatMap(step => step.message_id ?? []))
  const relays = new Set(steps.flatMap(step => step.relay_id ?? []))
  for (const id of messages) await mirrorSteps(trx, id)
  for (const id of relays) await mirrorRelay(trx, id)
}

/** The replies of a relay keep their own states: this is only about the repeat. */
async function mirrorRelay(trx: Db, relayId: number): Promise<void> {
  const steps = await trx
    .selectFrom('outbox')
    .select(['state', 'error_text'])
    .where('relay_id', '=', relayId)
    .orderBy('step_index')
    .execute()
  if (steps.length === 0) return
  const live = steps.filter(step => step.state !== 'cancelled')
  const relay = await trx
    .updateTable('relay')
    .set({
      status: combine(live.map(step => step.state)),
      status_reason: steps.find(step => step.error_text !== null)?.error_text ?? null
    })
    .where('id', '=', relayId)
    .returning('conversation_id')
    .executeTakeFirst()
  if (relay) await announceRelay(trx, relayId, relay.conversation_id)
}

/** Pages that show one of its replies read it again. */
export async function announceRelay(trx: Db, relayId: number, conversation: number): Promise<void> {
  const replies = await trx
    .selectFrom('relay_message')
    .select('message_id')
    .where('relay_id', '=', relayId)
    .execute()
  for (const { message_id: message } of replies) {
    announce(trx, { topic: 'message.changed', conversation, message })
  }
}
