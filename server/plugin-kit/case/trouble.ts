import { expect, expectSame, notApplicable, pause, until, type Skip } from '../check.ts'
import { bring } from '../deliver.ts'
import { answer, conversationOf, left } from '../send.ts'
import type { Failure } from '../spec.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const troubleCases: Case[] = [
  { number: 27, name: 'A rate limit stops only its own account', check: limitsItself },
  { number: 28, name: 'New credentials are kept and the old ones never used again', check: renews },
  {
    number: 29,
    name: 'After refused credentials the queue leaves in order',
    check: resumesInOrder
  },
  {
    number: 30,
    name: 'An hour without the provider costs little and heals by itself',
    check: outlasts
  }
]

const minute = 60_000

async function limitsItself(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const limit = world.provider.failures.find(({ kinds }) => kinds.includes('rate_limited'))
  if (!limit) return notApplicable('the provider limits no rate')
  await world.open(2)
  const mine = await conversationOf(world, world.person(1), 1)
  const other = await conversationOf(world, world.person(2), 2)
  await limit.begin()
  const { id } = await world.reply(mine, 'Terlalu cepat')
  await refused(world, id)
  await world.provider.heal()
  await answer(world, other, 'Akun lain')
  expectSame((await world.steps(id))[0]?.state, 'queued', 'the state of the limited message')
  world.timing.forward((limit.retryAfterMs ?? minute) + 1_000)
  await left(world, id)
}

/** The first attempt has come to nothing. */
function refused({ sapa: { db } }: World, messageId: number): Promise<unknown> {
  return until('the first attempt ends', () =>
    db
      .selectFrom('outbox_attempt')
      .innerJoin('outbox', 'outbox.id', 'outbox_attempt.outbox_id')
      .select('outbox_attempt.id')
      .where('outbox.message_id', '=', messageId)
      .where('outbox_attempt.error_kind', 'is not', null)
      .executeTakeFirst()
  )
}

async function renews(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { rotate } = world.provider
  if (!rotate) return notApplicable('the credentials do not rotate')
  await world.open()
  const conversation = await conversationOf(world)
  await answer(world, conversation, 'Sebelum')
  rotate()
  await answer(world, conversation, 'Sesudah')
  await world.restart()
  await answer(world, conversation, 'Setelah mulai lagi')
}

async function resumesInOrder(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const isAuth = ({ kinds }: Failure) => kinds.length === 1 && kinds[0] === 'auth'
  const refusal = world.provider.failures.find(isAuth)
  if (!refusal) return notApplicable('the provider asks for no credentials')
  await world.open()
  const conversation = await conversationOf(world)
  const before = world.provider.sent().length
  await refusal.begin()
  const texts = ['Satu', 'Dua', 'Tiga']
  for (const text of texts) await world.reply(conversation, text)
  await until(
    'the account needs attention',
    async () => (await world.row(world.account)).state === 'needs_attention',
    { between: waited => waited > 200 && world.timing.forward(1_000) }
  )
  expectSame(world.provider.sent().length, before, 'what was sent meanwhile')
  await world.provider.heal()
  await world.sapa.supervisor.restart(world.account.id)
  await until('the queue leaves', () => world.provider.sent().length === before + 3, {
    between: waited => waited > 200 && world.timing.forward(1_000)
  })
  const sent = world.provider.sent().slice(before)
  expectSame(
    sent.map(({ text }) => text.trim()),
    texts,
    'the order'
  )
}

async function outlasts(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  if (world.isOwnProvider) {
    return notApplicable('the channel is its own provider: it is there whenever Sapa is')
  }
  await world.open()
  const conversation = await conversationOf(world)
  const lines = world.installation.lines.length
  await world.provider.down()
  const { id } = await world.reply(conversation, 'Saat penyedia mati')
  await (world.isProgram ? anHourOfRestarts(world) : anHour(world, id))
  const loud = world.installation.lines.slice(lines).filter(line => /"level":[456]0/.test(line))
  expect(loud.length <= 15, `${loud.length} warnings in an hour, such as ${loud[0]?.slice(0, 200)}`)
  const attempts = await attemptsOf(world, id)
  expect(attempts > 0 && attempts <= 30, `${attempts} attempts to send in an hour`)
  const [step] = await world.steps(id)
  const isHeld = world.isProgram && step?.state === 'sending' && step.begun_at === null
  if (!isHeld) expectSame(step?.state, 'queued', 'the state of the waiting message')

  await world.provider.heal()
  await until('the waiting message leaves by itself', () => waitsNoMore(world, id), { ms: 60_000 })
  await left(world, id)
  await bring(world, [world.message('Sudah hidup lagi?')])
}

async function anHour(world: World, messageId: number): Promise<void> {
  for (let turn = 0; turn < 120;) {
    const [step] = await world.steps(messageId)
    if (step?.state !== 'sending' && turn++ < 120) world.timing.forward(minute / 2)
    await pause(10)
  }
}

/** A step that waits for a program is held by the channel, whose timers are real: it is opened anew. */
async function anHourOfRestarts(world: World): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    world.timing.forward(10 * minute)
    await pause(100)
    await world.restart()
  }
}

/** Moves the clock on while nothing is on its way. */
async function waitsNoMore(world: World, messageId: number): Promise<boolean> {
  const [step] = await world.steps(messageId)
  if (step?.state === 'queued') world.timing.forward(minute)
  return step?.state !== 'queued' && step?.state !== 'sending'
}

async function attemptsOf({ sapa: { db } }: World, messageId: number): Promise<number> {
  const rows = await db
    .selectFrom('outbox_attempt')
    .innerJoin('outbox', 'outbox.id', 'outbox_attempt.outbox_id')
    .select('outbox_attempt.id')
    .where('outbox.message_id', '=', messageId)
    .execute()
  return rows.length
}
