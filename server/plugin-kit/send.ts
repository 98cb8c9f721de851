import type { OutboxStepRow } from '../channel/table.ts'
import type { Message } from '../conversation/table.ts'
import { failureOf, type Failure as Refusal } from '../channel/failure.ts'
import { bring } from './deliver.ts'
import { endOf, expect, until } from './check.ts'
import type { Sent } from './spec.ts'
import type { World } from './world.ts'

/** A customer writes; answers the conversation. */
export async function conversationOf(world: World, from = world.person(), account = 1) {
  const [message] = await bring(world, [world.message('Faktur belum diterima', { from })], account)
  expect(message, 'the message is not there')
  return message.conversation_id
}

/** An answer that has left: its message, its steps, and what the provider took. */
export async function answer(
  world: World,
  conversation: number,
  text: string,
  files: string[] = [],
  quotedId?: number
): Promise<{ message: Message; steps: OutboxStepRow[]; sent: Sent[] }> {
  const before = world.provider.sent().length
  const message = await world.say(conversation, { text, attachments: files, quotedId })
  const steps = await left(world, message.id)
  return { message, steps, sent: world.provider.sent().slice(before) }
}

/** Waits until all steps of a message have been taken. */
export async function left(world: World, messageId: number): Promise<OutboxStepRow[]> {
  const steps = await settled(world, messageId)
  const bad = steps.find(step => !good.has(step.state))
  await world.provider.look?.()
  expect(!bad, `the answer was not sent: ${bad?.state} ${bad?.error_kind}`)
  return steps
}

/** Waits until a message goes nowhere any more. */
export function settled(world: World, messageId: number): Promise<OutboxStepRow[]> {
  return until('the answer leaves', async () => {
    const steps = await world.steps(messageId)
    return steps.length > 0 && steps.every(step => final.has(step.state)) && steps
  })
}

const good = new Set(['accepted', 'sent', 'delivered', 'read'])
const final = new Set([...good, 'failed', 'unknown', 'cancelled'])

/** Texts are compared as people read them. */
export const squeezed = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

/** Has the session carry one step by itself. Null: it was taken. */
export async function sendAlone(world: World, messageId: number): Promise<Refusal | null> {
  const end = new AbortController()
  const step = await world.request(messageId, end.signal)
  const outcome = await endOf(world.session().send(step), 15_000)
  end.abort()
  await world.provider.look?.()
  expect(outcome, 'send did not end within 15 s')
  return 'error' in outcome ? failureOf(outcome.error) : null
}
