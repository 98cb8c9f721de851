import type { Db } from '../../db/schema.ts'
import { announce } from '../../db/transaction.ts'
import type { Choice, MessageAction, MessageTarget, Recipient } from '../../plugin-api/outbound.ts'
import type { FilledTemplate } from '../../plugin-api/template.ts'
import type { Part } from './parts.ts'
import type { Undo } from '../action/queue.ts'

/** What a row of the outbox keeps of its request; JSON. The rest is looked up when it leaves. */
export interface StepPayload {
  to: Recipient
  cc: Recipient[]
  bcc: Recipient[]
  threadKey?: string
  subject?: string
  text: string
  html?: string
  attachmentIds: number[]
  quote?: MessageTarget
  template?: FilledTemplate
  choices?: Choice[]
  action?: MessageAction
  /** For an action: how it was before. */
  undo?: Undo
  authorName?: string
  isAutomatic: boolean
  /** The conversation as it was before the reply, for undoing it. */
  before?: Record<string, string | number | null>
}

export interface NewSteps {
  /** Null for a relay's. */
  messageId: number | null
  relayId?: number
  accountId: number
  /** Steps of one thread leave in order, one at a time. */
  thread: string
  payload: Omit<StepPayload, 'text' | 'html' | 'attachmentIds'>
  parts: Part[]
  sendAfter: number
  /** The name of each step, counted from 1. */
  clientRef: (step: number) => string
}

/** Queues the steps of one message or relay, in the transaction that adds it. */
export async function queueSteps(trx: Db, steps: NewSteps, now: Date): Promise<void> {
  await trx
    .insertInto('outbox')
    .values(
      steps.parts.map((part, index) => ({
        message_id: steps.messageId,
        relay_id: steps.relayId ?? null,
        account_id: steps.accountId,
        thread: steps.thread,
        client_ref: steps.clientRef(index + 1),
        step_index: index,
        steps: steps.parts.length,
        kind: steps.relayId === undefined ? ('message' as const) : ('relay' as const),
        payload: JSON.stringify({ ...steps.payload, ...part } satisfies StepPayload),
        send_after: steps.sendAfter,
        created_at: now.getTime()
      }))
    )
    .execute()
  announce(trx, { topic: 'outbox.added', account: steps.accountId })
}
