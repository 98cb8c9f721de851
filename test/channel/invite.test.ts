import t, { type Test } from 'tap'
import { appendJournal } from '../../server/channel/journal/append.ts'
import { pruneInviteCodes } from '../../server/conversation/chat/invite-code.ts'
import { agentActor } from '../../server/conversation/event.ts'
import { blockCustomer } from '../../server/conversation/block.ts'
import type { AccountContext, Invitation } from '../../server/plugin-api/account.ts'
import { make } from '../support/app.ts'
import { chatWorld, type ChatWorld } from '../support/chat-world.ts'
import { until } from '../support/until.ts'

const hourMs = 60 * 60_000
const lines = () => (globalThis as unknown as { lines: Map<number, AccountContext> }).lines

/** Besides the chat a messenger that customers can be led to, and the lines of both. */
async function invitedWorld(t: Test) {
  const opened = new Map<number, AccountContext>()
  Object.assign(globalThis, { lines: opened })
  const world = await chatWorld(t)
  const { sapa, db, clock, account } = world
  await sapa.plugins.deactivate('obrolan')
  const channelOf = (type: string, invite: string) => `sapa.channel({
    type: '${type}', label: { en: '${type}', id: '${type}' }, icon: 'message',
    identityKinds: ['external'], settings: {}, capabilities: () => ({ hasSubject: false }),
    parse: raw => JSON.parse(Buffer.from(raw.body).toString()), ${invite}
    open: async account => {
      lines.set(account.facts.id, account)
      return { async close() {}, async send() {} }
    } })`
  const link = "inviteUrl: (account, code) => 'https://kirim.example/' + account.id + '?t=' + code,"
  await world.add('web', channelOf('obrolan-web', ''), { provides: ['channel:obrolan-web'] })
  await world.add('kirim', channelOf('kirim', link), { provides: ['channel:kirim'] })
  await world.add('rusak', channelOf('rusak', `inviteUrl() { throw new Error('x') },`), {
    provides: ['channel:rusak']
  })
  await world.add('tanpa', channelOf('tanpa', `inviteUrl: () => 'javascript:alert(1)',`), {
    provides: ['channel:tanpa']
  })
  await db
    .updateTable('account')
    .set({ type: 'obrolan-web' })
    .where('id', '=', account.id)
    .execute()
  const messenger = await make.account(db, { type: 'kirim', name: 'Kirim Toko' })
  for (const type of ['rusak', 'tanpa']) await make.account(db, { type })
  await make.account(db, { type: 'kirim', is_enabled: 0 })
  await sapa.supervisor.start()
  t.teardown(() => sapa.supervisor.stop())
  await until(() => opened.has(account.id) && opened.has(messenger.id))

  let count = 0
  const write = async (inviteCode: string | undefined, more: object = {}, by = messenger.id) => {
    clock.forward(1_000)
    const key = `k-${++count}`
    const from = [{ kind: 'external', namespace: 'kirim', value: 'u-9', verified: true }]
    const base = { type: 'message', key, remoteId: key, at: clock.now.getTime(), from, text: key }
    const event = { ...base, threadKey: 'u-9', hints: { inviteCode }, ...more }
    const items = [{ key, body: Buffer.from(JSON.stringify([event])) }]
    await appendJournal(db, by, items, { blobs: sapa.blobs }, clock.now)
    await sapa.journal.drain()
    return db
      .selectFrom('message')
      .selectAll()
      .where('remote_id', '=', key)
      .executeTakeFirstOrThrow()
  }
  const invite = (thread = 'ratna') =>
    lines().get(account.id)?.invite(thread) ?? Promise.resolve([])
  const code = async () => codeOf(await invite())
  return { ...world, messenger, invite, code, write }
}

const codeOf = (links: Invitation[]) => new URL(links[0]?.url ?? '').searchParams.get('t') ?? ''

const customersOf = ({ db }: ChatWorld) =>
  db.selectFrom('customer').selectAll().where('merged_into', 'is', null).orderBy('id').execute()

t.test('a link leads to every other account that has one, with a code of its own', async t => {
  const world = await invitedWorld(t)

  const links = await world.invite()
  const again = await world.invite()

  t.match(links, [{ account: world.messenger.id, channel: 'kirim', label: { id: 'kirim' } }])
  t.equal(links.length, 1)
  t.match(codeOf(links), /^[0-9A-HJKMNP-TV-Z]{16}$/)
  t.not(codeOf(links), codeOf(again))
  t.same(await world.invite('orang lain'), [])
  const kept = JSON.stringify(await world.db.selectFrom('invite_code').selectAll().execute())
  t.notMatch(kept, codeOf(links), 'only its hash is kept')
  await world.close()
  t.same(await world.invite(), [], 'nothing to go on with')
})

t.test('who brings the code goes on in the same conversation, once', async t => {
  const world = await invitedWorld(t)
  const code = await world.code()

  const moved = await world.write(` ${code.slice(0, 8).toLowerCase()}-${code.slice(8)}`)
  const next = await world.write(undefined)

  t.equal(moved.conversation_id, world.first.conversation_id)
  t.equal(next.conversation_id, world.first.conversation_id)
  const people = await customersOf(world)
  t.equal(people.length, 1)
  const page = await world.app.inject(
    world.as.agent({ method: 'GET', url: `/conversations/${moved.conversation_id}/timeline` })
  )
  t.match(page.body, /Customer came over by Kirim Toko/)
  const stranger = [{ kind: 'external', namespace: 'kirim', value: 'pencuri', verified: true }]
  const second = await world.write(code, { from: stranger, threadKey: 'pencuri' })
  t.not(second.conversation_id, moved.conversation_id, 'the code was used')
  t.equal((await customersOf(world)).length, 2)
})

t.test(
  'a customer who was somebody else there becomes one, and answers keep their route',
  async t => {
    const world = await invitedWorld(t)
    const before = await world.write(undefined)
    t.equal((await customersOf(world)).length, 2)

    const moved = await world.write(await world.code())
    const next = await world.write(undefined)

    t.not(before.conversation_id, moved.conversation_id)
    t.equal(moved.conversation_id, world.first.conversation_id)
    t.equal(next.conversation_id, world.first.conversation_id, 'the chat goes on where it went')
    t.equal((await customersOf(world)).length, 1)
    t.equal(before.identity_id, moved.identity_id)
  }
)

t.test('a closed conversation is reopened by the usual rule', async t => {
  const world = await invitedWorld(t)
  const code = await world.code()
  await world.close()

  const moved = await world.write(code)

  t.equal(moved.conversation_id, world.first.conversation_id)
  const { status } = await world.db
    .selectFrom('conversation')
    .select('status')
    .where('id', '=', moved.conversation_id)
    .executeTakeFirstOrThrow()
  t.equal(status, 'open')
})

t.test('a code that is not good makes an ordinary message', async t => {
  const world = await invitedWorld(t)
  const { db, ids, clock, write } = world
  const code = await world.code()
  const unproven = [{ kind: 'external', namespace: 'kirim', value: 'u-1', verified: false }]
  const more = (n: number, rest = {}) => ({ threadKey: `t-${n}`, ...rest })
  const own = world.first.conversation_id
  const ends: [string, number][] = [
    ['wrong', (await write('0'.repeat(16), more(1))).conversation_id],
    ['not proven', (await write(code, more(2, { from: unproven }))).conversation_id],
    ['automatic', (await write(code, more(3, { automatic: 'auto-reply' }))).conversation_id],
    ['spam', (await write(code, more(4, { isSpam: true }))).conversation_id],
    ['a hostile type', (await write(7 as never, more(5))).conversation_id],
    ['of another account', (await write(code, more(6), world.account.id)).conversation_id]
  ]
  for (const [what, conversation] of ends) t.not(conversation, own, what)

  const { customer_id } = await db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', ends[0]?.[1] ?? 0)
    .executeTakeFirstOrThrow()
  await blockCustomer(db, customer_id, true, agentActor(ids.agent), clock.now)
  t.not((await write(code, more(7))).conversation_id, own, 'blocked')
  await blockCustomer(db, customer_id, false, agentActor(ids.agent), clock.now)
  t.equal((await write(code, more(8))).conversation_id, own, 'still good')
})

t.test('codes end after a day, and only the newest three are good', async t => {
  const world = await invitedWorld(t)
  const codes: string[] = []
  for (let n = 0; n < 4; n++) {
    world.clock.forward(1_000)
    codes.push(await world.code())
  }
  const [first = '', , , last = ''] = codes
  t.not((await world.write(first)).conversation_id, world.first.conversation_id)

  world.clock.forward(25 * hourMs)
  t.not((await world.write(last)).conversation_id, world.first.conversation_id)

  await pruneInviteCodes(world.db, world.clock.now)
  t.same(await world.db.selectFrom('invite_code').selectAll().execute(), [])
})

t.test('two who bring the same code at once: one goes in', async t => {
  const world = await invitedWorld(t)
  const code = await world.code()
  const from = (value: string) => [{ kind: 'external', namespace: 'kirim', value, verified: true }]

  const [one, other] = await Promise.all([
    world.write(code, { from: from('a'), threadKey: 'a' }),
    world.write(code, { from: from('b'), threadKey: 'b' })
  ])

  const inside = [one, other].filter(row => row.conversation_id === world.first.conversation_id)
  t.equal(inside.length, 1)
})
