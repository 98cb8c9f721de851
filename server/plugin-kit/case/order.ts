import { expect, expectSame, notApplicable, until, type Skip } from '../check.ts'
import { accountFacts } from '../../channel/account/facts.ts'
import type { JournalItem } from '../../channel/table.ts'
import { aWhile, bring, deliver, inbound, journal, received, soon } from '../deliver.ts'
import { answer, conversationOf } from '../send.ts'
import type { World } from '../world.ts'
import type { Case, Stage } from './case.ts'

export const orderCases: Case[] = [
  { number: 31, name: 'Fifty threads side by side, each in order', check: keepsOrder },
  { number: 33, name: 'Answers name what they answer, both ways', check: threads },
  { number: 35, name: 'Polling goes on after a restart and drains what waits', check: resumes }
]

async function keepsOrder(stage: Stage): Promise<void> {
  const world = await (await stage.world()).open()
  const people = Array.from({ length: 50 }, (_, index) => world.person(index + 1))
  const rows = await bring(
    world,
    people.map(from => world.message('Halo', { from }))
  )
  const texts = ['Satu', 'Dua', 'Tiga']
  for (const text of texts) {
    for (const row of rows) await world.reply(row.conversation_id, text)
  }
  const { provider, timing } = world
  await until('all answers leave', () => provider.sent().length >= 150, {
    ms: 300_000,
    between: waited => waited > 1_000 && timing.forward(100)
  })
  for (const { value } of people) {
    const own = provider.sent().filter(({ to }) => to.toLowerCase() === value.toLowerCase())
    expectSame(
      own.map(({ text }) => text.trim()),
      texts,
      `the order for ${value}`
    )
  }
}

async function threads(stage: Stage): Promise<Skip | void> {
  const world = await stage.world()
  if (!world.provider.inbound.hasAnswers) {
    return notApplicable("the provider's messages do not name what they answer")
  }
  await world.open()
  const asked = world.message('Kapan dikirim?')
  const [row] = await bring(world, [asked])
  expect(row, 'the message is not there')
  const quotedId = world.capabilities.quotes ? row.id : undefined
  const { steps, sent } = await answer(world, row.conversation_id, 'Besok', [], quotedId)
  expectSame(sent[0]?.answers, world.remoteId(asked), 'what our answer names')

  const answers = steps[0]?.remote_id ?? ''
  const [back] = await bring(world, [world.message('Terima kasih', { answers })])
  expectSame(back?.conversation_id, row.conversation_id, 'the conversation of the answer to ours')
  const item = (await journal(world)).find(one => one.id === back?.journal_id)
  const hints = item ? await hintsIn(world, item) : undefined
  const named = [...(hints?.references ?? []), ...(hints?.clientRefs ?? [])]
  const clientRef = steps[0]?.client_ref ?? ''
  expect(named.includes(answers) || named.includes(clientRef), 'its hints do not name our message')
}

async function hintsIn({ definition, sapa, account }: World, item: JournalItem) {
  const body = item.body ?? Buffer.alloc(0)
  const headers = JSON.parse(item.headers) as Record<string, string>
  const facts = await accountFacts(sapa.db, account)
  const [event] = await definition.parse({ key: item.key, headers, body }, facts)
  return event?.type === 'message' ? event.hints : undefined
}

async function resumes(stage: Stage): Promise<Skip | void> {
  const world = await (await stage.world()).open()
  if (!world.session().poll) return notApplicable('the channel does not poll')
  const many = Array.from({ length: 65 }, (_, index) => world.message(`Nomor ${index + 1}`))
  await bring(world, many)
  await conversationOf(world, world.person(2))
  await world.restart()
  const before = (await journal(world)).length
  const fresh = world.message('Setelah mulai lagi')
  await deliver(world, [world.provider.inbound.message(fresh)])
  await received(world, fresh)
  await aWhile(world)
  const { cursor } = await world.row(world.account)
  expectSame((await journal(world)).length, before + 1, 'the number of items after the restart')
  expectSame((await inbound(world)).length, 67, 'the number of messages')
  await findsNothing(world, cursor)
}

/** Behind the last cursor there is nothing, however long one looks. */
async function findsNothing(world: World, cursor: string | null): Promise<void> {
  const end = new AbortController()
  const session = await world.direct(end.signal)
  const polling = session.poll?.(cursor, end.signal)
  const found = polling?.then(({ items }) => items.length)
  const timer = setTimeout(() => end.abort(), 500)
  const count = await found?.catch(() => 0)
  clearTimeout(timer)
  end.abort()
  await session.close()
  expectSame(count, 0, 'the number of items behind the last cursor')
  await soon(
    world,
    'the line still stands',
    async () => (await world.row(world.account)).state === 'connected'
  )
}
