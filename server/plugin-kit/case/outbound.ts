import { expect, expectSame, Failed, notApplicable, type Skip } from '../check.ts'
import type { FailureKind } from '../../plugin-api/outbound.ts'
import { answer, conversationOf, sendAlone, squeezed } from '../send.ts'
import type { Failure } from '../spec.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const outboundCases: Case[] = [
  { number: 16, name: 'A text goes out and its remote id comes back', check: sends },
  { number: 17, name: 'The same client ref twice is one message', check: foldsRepeats },
  { number: 18, name: 'Each failure of the provider gets its right kind', check: tellsKinds },
  {
    number: 19,
    name: 'Long texts, emoji, right-to-left and markup arrive as written',
    check: keepsText
  }
]

async function sends(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const conversation = await conversationOf(world)
  const { steps, sent } = await answer(world, conversation, 'Sudah kami kirim hari ini.')
  const [step] = steps
  expectSame(sent.length, 1, 'the number of requests that the provider took')
  expect(step?.remote_id, 'send returned no remoteId')
  expectSame(step.remote_id, sent[0]?.remoteId, 'the remote id')
  expectSame(sent[0]?.to, world.person().value, 'the recipient')
  if (world.capabilities.tellsBegin) {
    expect(step.begun_at !== null, 'capabilities.tellsBegin, but step.begin() was not called')
  }
}

async function foldsRepeats(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  if (!world.capabilities.isIdempotent) return notApplicable('capabilities.isIdempotent is false')
  await world.open()
  const id = await queued(world, await conversationOf(world))
  expectSame((await sendAlone(world, id))?.kind, undefined, 'the failure of the first time')
  await sendAlone(world, id)
  if (world.provider.sent().length === 1) return
  const [step] = await world.steps(id)
  const found = await world.session().findSent?.(step?.client_ref ?? '', AbortSignal.timeout(5_000))
  expect(found, 'the provider got the message twice, and findSent does not find it')
}

/** A reply whose step only the case itself sends. */
async function queued(world: World, conversation: number): Promise<number> {
  const { id } = await world.reply(conversation, 'Mohon ditunggu', [], 3600)
  return id
}

const ownProvider = 'the channel is its own provider: nothing lies between that could fail'

/** Without these an account's owner or an agent would be told the wrong thing. */
const needed: FailureKind[] = ['auth', 'permanent', 'temporary', 'unknown_outcome']

async function tellsKinds(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  if (world.isOwnProvider) return notApplicable(ownProvider)
  const { failures } = world.provider
  const shown = new Set(failures.flatMap(({ kinds }) => kinds))
  const missing = needed.filter(kind => !shown.has(kind))
  expect(missing.length === 0, `the spec shows no failure that is ${missing.join(', ')}`)

  await world.open()
  const conversation = await conversationOf(world)
  const wrong: string[] = []
  for (const failure of failures) {
    const problem = await tellsKind(world, conversation, failure)
    if (problem) wrong.push(`${failure.name}: ${problem}`)
  }
  if (wrong.length > 0) throw new Failed(wrong.join('; '))
}

async function tellsKind(
  world: World,
  conversation: number,
  failure: Failure
): Promise<string | null> {
  const id = await queued(world, conversation)
  await failure.begin()
  const refusal = await sendAlone(world, id)
  await world.provider.heal()
  if (!refusal) return 'taken for a success'
  if (refusal.isUnexpected) return `an error of no kind: ${refusal.text.slice(0, 80)}`
  const isLooked = refusal.kind === 'temporary' && world.capabilities.isIdempotent
  const isRight = failure.kinds.includes(refusal.kind)
  const isHarmless = failure.kinds.includes('unknown_outcome') && isLooked
  if (!isRight && !isHarmless) return `${refusal.kind} instead of ${failure.kinds.join(' or ')}`
  if (failure.retryAfterMs === undefined) return null
  const { retryAfterMs = 0 } = refusal.detail
  const isNear = Math.abs(retryAfterMs - failure.retryAfterMs) < 5_000
  return isNear ? null : `retryAfterMs is ${retryAfterMs} instead of ${failure.retryAfterMs}`
}

async function keepsText(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const conversation = await conversationOf(world)
  const { maxLength } = world.capabilities.text
  const words = 'kata '.repeat(Math.ceil(maxLength / 5) + 1)
  const texts = {
    'a text of the greatest length': words.slice(0, maxLength - 1) + 'x',
    'a text one longer': words.slice(0, maxLength) + 'x',
    emoji: 'Siap 👍🏽 keluarga 👨‍👩‍👧‍👦 🇮🇩',
    'right-to-left': 'שלום, مرحبا Budi',
    'several lines': 'Baris satu\nbaris dua\n\nbaris empat',
    markup: 'Pakai <script>alert("1 & 2")</script> & <b>tebal</b> *ya* _tidak_'
  }
  for (const [what, text] of Object.entries(texts)) {
    const { sent } = await answer(world, conversation, text)
    const whole = squeezed(sent.map(one => one.text).join(' '))
    expect(whole === squeezed(text), `${what} arrives as ${JSON.stringify(whole.slice(0, 120))}`)
    const longest = Math.max(...sent.map(one => one.text.trim().length))
    expect(longest <= maxLength, `${what} is sent in a piece of ${longest} characters`)
  }
}
