import { expect, expectSame, notApplicable, until, type Skip } from '../check.ts'
import { aWhile, deliver, inbound, journal, quiet, soon } from '../deliver.ts'
import { answer, conversationOf, left } from '../send.ts'
import type { KitReceipt } from '../spec.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const receiptCases: Case[] = [
  {
    number: 24,
    name: 'Receipts never lead back, early ones wait, strange ones harm nothing',
    check: ratchets
  },
  {
    number: 25,
    name: 'Echoes of our own messages fold, others are shown as ours',
    check: foldsEchoes
  },
  {
    number: 26,
    name: 'A failure after the acceptance is told with its reason',
    check: tellsLateFailure
  }
]

let receipts = 0

function receiptOf(world: World, of: string, more: Pick<KitReceipt, 'status' | 'reason'>): unknown {
  const id = `tanda-${++receipts}`
  return world.provider.inbound.receipt?.({
    id,
    of,
    to: world.person().value,
    at: Date.now(),
    ...more
  })
}

async function ratchets(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { delivered, read } = world.capabilities.receipts
  if (!delivered && !read) return notApplicable('capabilities.receipts has none')
  await world.open()
  const conversation = await conversationOf(world)
  const best = read ? ('read' as const) : ('delivered' as const)
  const { message, steps } = await answer(world, conversation, 'Sudah dikirim')
  const remoteId = steps[0]?.remote_id ?? ''
  for (const status of [best, 'delivered', 'sent'] as const) {
    const receipt = receiptOf(world, remoteId, { status })
    if (receipt) await deliver(world, [receipt])
  }
  await reaches(world, message.id, best)
  await deliver(world, [receiptOf(world, 'pesan-orang-lain', { status: 'delivered' })])
  await quiet(world)
  const dead = (await journal(world)).filter(item => item.state === 'failed')
  expectSame(dead.length, 0, 'the number of receipts that could not be read')
  expectSame((await world.steps(message.id))[0]?.state, best, 'the state at the end')
  if (world.provider.hold) await waitsForAnswer(world, conversation)
}

async function reaches(world: World, messageId: number, state: string): Promise<void> {
  await soon(world, `the message becomes ${state}`, async () => {
    const steps = await world.steps(messageId)
    return steps.every(step => step.state === state)
  })
}

/** The receipt overtakes the answer of the request that it is about. */
async function waitsForAnswer(world: World, conversation: number): Promise<void> {
  const { id, remoteId } = await heldBack(world, conversation, 'Mohon tunggu')
  await deliver(world, [receiptOf(world, remoteId, { status: 'delivered' })])
  await quiet(world)
  await world.provider.heal()
  await reaches(world, id, 'delivered')
}

/** A message that the provider has taken, but not yet answered. */
async function heldBack(world: World, conversation: number, text: string) {
  const { provider } = world
  await provider.hold?.()
  const before = provider.sent().length
  const { id } = await world.reply(conversation, text)
  const sent = await until('the provider takes the message', () => provider.sent()[before])
  return { id, remoteId: sent.remoteId }
}

async function foldsEchoes(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const { echo } = world.provider.inbound
  if (!echo) return notApplicable('the provider tells nothing of what is written elsewhere')
  await world.open()
  const conversation = await conversationOf(world)
  const { steps } = await answer(world, conversation, 'Dari sini')
  const to = world.person()
  const bringEcho = (id: string, text: string) =>
    deliver(world, [echo({ id, to, text, at: Date.now() })])
  await bringEcho(steps[0]?.remote_id ?? '', 'Dari sini')
  await bringEcho('dari-telepon', 'Dari telepon')
  await soon(world, 'what was written elsewhere comes', async () =>
    (await outbound(world)).some(row => row.text === 'Dari telepon')
  )
  await aWhile(world)
  const texts = (await outbound(world)).map(row => row.text)
  expectSame(texts, ['Dari sini', 'Dari telepon'], 'what we wrote')
  expectSame((await inbound(world)).length, 1, 'the number of customer messages')

  const { id, remoteId } = await heldBack(world, conversation, 'Bersamaan')
  await bringEcho(remoteId, 'Bersamaan')
  await aWhile(world)
  await world.provider.heal()
  await left(world, id)
  await aWhile(world)
  const all = (await outbound(world)).map(row => row.text)
  expectSame(all.length, 3, 'the number of our messages after an echo that overtook its answer')
}

/** Those that are shown. */
function outbound({ sapa: { db } }: World) {
  return db
    .selectFrom('message')
    .selectAll()
    .where('kind', '=', 'outbound')
    .where('status', '!=', 'cancelled')
    .orderBy('id')
    .execute()
}

async function tellsLateFailure(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  const reason = 'Nomor tidak terdaftar'
  const isTold = receiptOf(world, 'x', { status: 'failed', reason })
  if (!isTold) return notApplicable('the provider tells no failures afterwards')
  await world.open()
  const { message, steps } = await answer(world, await conversationOf(world), 'Halo')
  const receipt = receiptOf(world, steps[0]?.remote_id ?? '', { status: 'failed', reason })
  await deliver(world, [receipt])
  await reaches(world, message.id, 'failed')
  const row = (await outbound(world)).find(one => one.id === message.id)
  expectSame(row?.status, 'failed', "the message's state")
  expect(row?.status_reason?.includes(reason), `its reason is ${row?.status_reason ?? 'missing'}`)
}
