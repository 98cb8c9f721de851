import { failureOf } from '../../channel/failure.ts'
import type { Message } from '../../conversation/table.ts'
import type { ChannelSession, ThreadOf } from '../../plugin-api/channel.ts'
import { endOf, expect, expectSame, notApplicable, until, type Skip } from '../check.ts'
import { bring } from '../deliver.ts'
import { answer } from '../send.ts'
import type { KitTold } from '../spec.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const courtesyCases: Case[] = [
  {
    number: 45,
    name: 'Typing and read marks arrive, are no messages and hold nothing up',
    check: staysKind
  }
]

type Thread = ThreadOf & { remoteId: string }

async function staysKind(stage: Stage): Promise<Skip | void> {
  const world = await (await stage.world()).open()
  const { typing, markRead } = world.session()
  if (!typing && !markRead) return notApplicable('the session has no typing and no markRead')
  const [message] = await bring(world, [world.message()])
  expect(message, 'the message is not there')
  const thread = await threadOf(world, message)
  const sent = world.provider.sent().length
  const entries = await countEntries(world)

  for (const work of words(world.session(), thread)) await isTaken(work)
  for (const work of words(world.session(), thread)) await isTaken(work)
  expectSame(world.provider.sent().length, sent, 'the number of messages that left')
  await arrives(world, thread)
  await heedsSignal(world, thread)
  await refusesKindly(world, { ...thread, remoteId: 'pesan-orang-lain' })

  expectSame(await countEntries(world), entries, 'the number of entries of the timeline')
  await answer(world, message.conversation_id, 'Sudah kami cek')
}

async function threadOf({ sapa }: World, message: Message): Promise<Thread> {
  const { kind, value } = await sapa.db
    .selectFrom('identity')
    .select(['kind', 'value'])
    .where('id', '=', message.identity_id)
    .executeTakeFirstOrThrow()
  return {
    to: { kind, value },
    conversation: message.conversation_id,
    ...(message.thread_key === null ? {} : { threadKey: message.thread_key }),
    remoteId: message.remote_id ?? ''
  }
}

type Work = (signal: AbortSignal) => Promise<void> | undefined

/** An agent begins, goes on and stops to write, and has read. */
function words(session: ChannelSession, thread: Thread): Work[] {
  const { remoteId: _, ...rest } = thread
  const plain = { ...rest, author: { name: 'Sari' } }
  return [
    signal => session.typing?.(plain, true, signal),
    signal => session.typing?.(plain, false, signal),
    signal => session.markRead?.(thread, signal)
  ]
}

async function isTaken(work: Work): Promise<void> {
  const ended = await endOf(Promise.resolve(work(AbortSignal.timeout(5_000))), 7_000)
  expect(ended, 'it does not end')
  expect(!('error' in ended), `a working provider does not get it: ${reasonOf(ended.error)}`)
}

/** Where the spec can tell what its provider was told. */
async function arrives(world: World, thread: Thread): Promise<void> {
  const { provider } = world
  if (!provider.told) return
  const { typing, markRead } = world.session()
  const wanted: KitTold['what'][] = [...(typing ? typed : []), ...(markRead ? read : [])]
  const ofThread = () => provider.told?.().filter(({ to }) => to === thread.to.value) ?? []
  for (const what of wanted) {
    const isTold = () => ofThread().some(one => one.what === what)
    await until(`the provider hears of "${what}"`, isTold, { ms: 5_000 })
  }
  const mark = ofThread().find(({ what }) => what === 'read')
  if (mark?.remoteId !== undefined) expectSame(mark.remoteId, thread.remoteId, 'what was read')
}

const typed = ['typing', 'stopped'] as const
const read = ['read'] as const

async function heedsSignal(world: World, thread: Thread): Promise<void> {
  await world.provider.hang()
  for (const work of words(world.session(), thread)) {
    const stop = new AbortController()
    const telling = Promise.resolve(work(stop.signal))
    telling.catch(() => {})
    stop.abort()
    expect(await endOf(telling, 2_000), 'it goes on for 2 s after the signal')
  }
  await world.provider.heal()
}

/** Of what is unknown, and where nobody listens: a refusal is right, a mistake is not. */
async function refusesKindly(world: World, thread: Thread): Promise<void> {
  const strange = words(world.session(), thread)
  for (const work of strange) await isRefusal(work)
  await world.provider.down()
  for (const work of strange) await isRefusal(work)
  await world.provider.heal()
}

async function isRefusal(work: Work): Promise<void> {
  const ended = await endOf(Promise.resolve(work(AbortSignal.timeout(5_000))), 7_000)
  expect(ended, 'it does not end')
  const isRight = !('error' in ended) || !failureOf(ended.error).isUnexpected
  expect(isRight, `it throws what is no failure: ${reasonOf(ended.error)}`)
}

const reasonOf = (error: unknown) => failureOf(error).text.slice(0, 200)

async function countEntries({ sapa }: World): Promise<number> {
  const rows = await sapa.db.selectFrom('message').select('id').execute()
  return rows.length
}
