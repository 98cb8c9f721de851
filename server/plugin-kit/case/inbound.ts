import type { Message } from '../../conversation/table.ts'
import {
  aWhile,
  bring,
  deliver,
  inbound,
  journal,
  post,
  quiet,
  received,
  signed
} from '../deliver.ts'
import { expect, expectSame, until, type Skip } from '../check.ts'
import { answer, conversationOf } from '../send.ts'
import type { KitMessage } from '../spec.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const inboundCases: Case[] = [
  { number: 8, name: 'A text comes in as one message with all that is known of it', check: brings },
  { number: 9, name: 'Delivered again and again, it is one message', check: foldsRepeats },
  { number: 10, name: 'A batch of messages and receipts comes in whole', check: bringsBatch },
  {
    number: 11,
    name: 'A crash before or after the commit loses and doubles nothing',
    check: survives
  },
  { number: 12, name: 'Equal ids of two accounts do not collide', check: keepsApart }
]

async function brings(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const sent = world.message('Halo, pesanan saya 🙂\nbelum sampai.', { at: aMinuteAgo() })
  const [row] = await bring(world, [sent])
  await quiet(world)
  expect(row, 'the message is not there')
  expectSame((await inbound(world)).length, 1, 'the number of messages')
  expectSame(row.text.replaceAll(/\s+/g, ' ').trim(), sent.text.replaceAll(/\s+/g, ' '), 'its text')
  // Who keeps the messages keeps the time: a visitor's clock says what it likes.
  const isNow = world.isOwnProvider && Math.abs(Date.now() - row.at) < 60_000
  if (!isNow) expectSame(row.at, sent.at, 'its time')
  await isOf(world, row, sent)
}

const aMinuteAgo = () => Math.floor(Date.now() / 1000) * 1000 - 60_000

async function isOf(world: World, row: Message, sent: KitMessage): Promise<void> {
  const { db } = world.sapa
  const { threadKey } = world.provider.inbound
  const { thread_key } = await db
    .selectFrom('conversation')
    .select('thread_key')
    .where('id', '=', row.conversation_id)
    .executeTakeFirstOrThrow()
  expectSame(thread_key, threadKey ? threadKey(sent) : sent.from.value, 'its thread key')
  expect(row.identity_id !== null, 'it has no sender')
  const identities = await db
    .selectFrom('identity')
    .select(['kind', 'value', 'name', 'namespace'])
    .where(
      'customer_id',
      '=',
      db.selectFrom('identity').select('customer_id').where('id', '=', row.identity_id)
    )
    .execute()
  const { kind, name } = sent.from
  const value = world.provider.inbound.sender?.(sent) ?? sent.from.value
  const own = identities.find(one => one.kind === kind && one.value === value)
  expect(own, `its sender is not ${kind} ${value}`)
  expectSame(own.name, name, "its sender's name")
  expect(kind !== 'external' || own.namespace !== '', 'the external id has no namespace')
}

async function foldsRepeats(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const { webhook, inbound: words } = world.provider
  const message = world.message()
  const { cursor } = await world.row(world.account)
  await bring(world, [message])
  if (webhook) {
    const request = signed(webhook, [words.message(message)])
    for (let time = 0; time < 2; time++) await post(world, request)
    await Promise.all([post(world, request), post(world, request)])
  } else if (world.isOwnProvider) {
    const item = words.message(message)
    await deliver(world, [item, item])
    await Promise.all([deliver(world, [item]), deliver(world, [item])])
  } else await pollAgain(world, cursor)
  await aWhile(world)
  expectSame((await inbound(world)).length, 1, 'the number of messages')
}

/** As after a restored backup: the cursor stands where it stood before. */
async function pollAgain(world: World, cursor: string | null): Promise<void> {
  const { sapa, account } = world
  const { cursor: last } = await world.row(account)
  await sapa.db.updateTable('account').set({ cursor }).where('id', '=', account.id).execute()
  await sapa.supervisor.restart(account.id)
  await until(
    'the account reads again',
    async () => {
      const row = await world.row(account)
      return row.state === 'connected' && (row.cursor !== cursor || last === cursor)
    },
    { between: waited => waited > 500 && world.timing.forward(200) }
  )
}

async function bringsBatch(stage: Stage): Promise<Skip | void> {
  const world = await (await stage.world()).open()
  const { inbound: words } = world.provider
  const conversation = await conversationOf(world, world.person(9))
  const messages = [1, 2, 3].map(number => world.message(`Pesan ${number}`))
  const items = messages.map(message => words.message(message))
  const receipts = []
  for (const number of [1, 2]) {
    const { message, steps } = await answer(world, conversation, `Balasan ${number}`)
    const status = world.capabilities.receipts.delivered
      ? ('delivered' as const)
      : ('failed' as const)
    const receipt = words.receipt?.({
      ...{
        id: `tanda-${number}`,
        of: steps[0]?.remote_id ?? '',
        to: world.person(9).value,
        status
      },
      at: Date.now()
    })
    if (receipt === undefined || receipt === null) continue
    items.splice(number * 2 - 1, 0, receipt)
    receipts.push({ id: message.id, status })
  }
  await deliver(world, items)
  for (const message of messages) await received(world, message)
  await quiet(world)
  for (const { id, status } of receipts) {
    const [step] = await world.steps(id)
    expectSame(step?.state, status, 'the state of the answer')
  }
  expectSame((await inbound(world)).length, 4, 'the number of messages')
}

async function survives(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const { provider, account } = world
  const [first, second] = [world.message('Sebelum'), world.message('Sesudah')]
  const items = [first, second].map(message => provider.inbound.message(message))
  if (provider.webhook) {
    // The line is gone before anything is kept: the provider is told so, and comes again.
    await world.installation.restart()
    const status = await post(world, signed(provider.webhook, items.slice(0, 1)))
    expectSame(status, 503, 'the answer of a closed line')
    await world.installation.work()
    await world.connected()
  } else if (world.isOwnProvider) {
    await world.installation.restart()
    const taken = await deliver(world, items.slice(0, 1)).catch(() => 'refused')
    expectSame(taken, 'refused', 'the answer of a closed line')
    await world.installation.work()
    await world.connected()
  } else {
    const { cursor } = await world.row(account)
    await world.installation.restart()
    await deliver(world, items.slice(0, 1))
    await pollAndForget(world, cursor)
    await world.installation.work()
    await world.connected()
  }
  const comesAgain = provider.webhook !== undefined || world.isOwnProvider
  if (comesAgain) await deliver(world, items.slice(0, 1))
  await received(world, first)
  await bring(world, [second])
  await world.restart()
  if (comesAgain) await deliver(world, items)
  await aWhile(world)
  expectSame((await inbound(world)).length, 2, 'the number of messages')
  expectSame(
    (await journal(world)).filter(item => item.state === 'failed'),
    [],
    'what failed'
  )
}

/** What a poll brings just before the process ends. */
async function pollAndForget(world: World, cursor: string | null): Promise<void> {
  const end = new AbortController()
  const session = await world.direct(end.signal)
  const first = await session.poll?.(cursor, AbortSignal.timeout(8_000))
  expect(first && first.items.length > 0, 'poll brings nothing of what has arrived')
  end.abort()
  await session.close()
}

async function keepsApart(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open(2)
  const message = world.message()
  await bring(world, [message], 1)
  await bring(world, [message], 2)
  await quiet(world)
  const accounts = (await inbound(world)).map(row => row.account_id)
  expectSame(
    accounts,
    world.accounts.map(({ id }) => id),
    'the accounts of the messages'
  )
}
