import { t, type Test } from 'tap'
import type { Account } from '../../server/channel/table.ts'
import { findAnswerWindow } from '../../server/conversation/reply/answer-window.ts'
import { findConversation } from '../../server/conversation/find.ts'
import { listReplyRoutes } from '../../server/conversation/reply/list-routes.ts'
import type { ChannelCapabilities } from '../../server/plugin-api/channel.ts'
import { make } from '../support/factory.ts'
import { outboxWorld, writeAgain } from '../support/outbox-world.ts'
import { chatLike, mailLike } from '../support/scripted-channel.ts'

const hour = 3_600_000
const minute = 60_000

const windowed: ChannelCapabilities = {
  ...chatLike,
  window: { hours: 24, outside: 'templates' },
  templates: true
}

/** A customer who wrote by letter; the same person can be met elsewhere. */
async function shop(t: Test) {
  const world = await outboxWorld(t)
  const { db, timing } = world
  const asked = await world.ask('Ratna')
  const account = (name: string, can: ChannelCapabilities) =>
    make.account(db, { type: name, name, capabilities: JSON.stringify(can), address: null })
  const identity = (value: string, more = {}) =>
    make.identity(db, {
      customer_id: asked.customer,
      kind: 'external',
      namespace: 'wa',
      value,
      channel: 'wa',
      ...more
    })
  const tie = (identityId: number, writerId: number) =>
    db
      .insertInto('writer')
      .values({ identity_id: identityId, channel: 'wa', writer_id: writerId })
      .execute()
  const writes = (by: Account, identityId: number, text = 'Halo, sudah dikirim?') =>
    writeAgain(db, by, asked.conversation, identityId, text, timing.now())
  const routes = async () =>
    listReplyRoutes(db, await findConversation(db, asked.conversation), timing.now())
  const told = async () => (await routes()).map(route => `${route.account.type} ${route.to.value}`)
  const window = (by: Account, identityId: number) =>
    findAnswerWindow(db, { account: by, identityId }, timing.now())
  return { ...world, asked, account, identity, tie, writes, routes, told, window }
}

t.test('free words are taken for a day less five minutes', async t => {
  const { timing, account, identity, writes, window } = await shop(t)
  const wa = await account('wa', windowed)
  const ratna = await identity('628123')
  t.strictSame(await window(wa, ratna.id), {
    state: 'closed',
    closesAt: null,
    outside: 'templates'
  })

  await writes(wa, ratna.id)
  const closesAt = timing.now().getTime() + 24 * hour - 5 * minute
  t.strictSame(await window(wa, ratna.id), { state: 'open', closesAt, outside: 'templates' })

  await timing.advance(24 * hour - 5 * minute)
  t.match(await window(wa, ratna.id), { state: 'closed', closesAt })
})

t.test('a channel without a window is always open', async t => {
  const { account, asked, window } = await shop(t)
  const plain = await account('sms', chatLike)
  t.match(await window(plain, asked.identity), { state: 'none', closesAt: null })
})

t.test(
  'another address of the same writer opens it, and no other person of the customer does',
  async t => {
    const { db, account, identity, tie, writes, window, told } = await shop(t)
    const wa = await account('wa', windowed)
    const userId = await identity('ID.1')
    const phone = await identity('+628123456789', { kind: 'phone', namespace: '' })
    await tie(phone.id, userId.id)
    const sister = await identity('ID.2')
    const herPhone = await identity('+628123456700', { kind: 'phone', namespace: '' })
    await tie(herPhone.id, sister.id)
    await writes(wa, userId.id)
    t.equal((await window(wa, phone.id)).state, 'open')
    t.equal((await window(wa, sister.id)).state, 'closed', 'both were merged into one customer')
    t.equal((await window(wa, herPhone.id)).state, 'closed')
    await writes(wa, herPhone.id)
    t.equal((await window(wa, sister.id)).state, 'open')
    const stranger = await make.identity(db)
    t.equal((await window(wa, stranger.id)).state, 'closed')

    await writes(wa, phone.id)
    t.strictSame(
      (await told()).filter(way => way.startsWith('wa')),
      ['wa +628123456789', 'wa +628123456700'],
      'one way to each of them'
    )
  }
)

t.test('more accounts and addresses ask no more questions', async t => {
  const { db, asked, account, identity, writes } = await shop(t)
  const conversation = await findConversation(db, asked.conversation)
  const count = async () => {
    let queries = 0
    const counting = db.withPlugin({
      transformQuery: ({ node }) => ((queries += 1), node),
      transformResult: async ({ result }) => result
    })
    await listReplyRoutes(counting, conversation, new Date())
    return queries
  }
  const write = async (name: string) => {
    const by = await account(name, windowed)
    await writes(by, (await identity(`${name}-1`, { channel: name })).id)
    await writes(by, (await identity(`${name}-2`, { channel: name })).id)
  }
  await write('satu')
  const few = await count()
  for (const name of ['dua', 'tiga', 'empat']) await write(name)
  t.equal((await listReplyRoutes(db, conversation, new Date())).length, 9)
  t.equal(await count(), few)
})

t.test('what the provider calls closed stays so until the customer writes again', async t => {
  const { db, timing, account, identity, writes, window } = await shop(t)
  const wa = await account('wa', windowed)
  const ratna = await identity('628123')
  await writes(wa, ratna.id)
  await timing.advance(hour)
  await db
    .insertInto('closed_window')
    .values({ account_id: wa.id, identity_id: ratna.id, at: timing.now().getTime() })
    .execute()
  t.equal((await window(wa, ratna.id)).state, 'closed')

  await timing.advance(1000)
  await writes(wa, ratna.id)
  t.equal((await window(wa, ratna.id)).state, 'open')
})

t.test('an automatic answer of theirs opens nothing', async t => {
  const { db, account, identity, writes, window } = await shop(t)
  const wa = await account('wa', windowed)
  const ratna = await identity('628123')
  const { id } = await writes(wa, ratna.id)
  await db.updateTable('message').set({ is_automatic: 1 }).where('id', '=', id).execute()
  t.equal((await window(wa, ratna.id)).state, 'closed')
})

t.test('the default is the last way by which they wrote and can still be reached', async t => {
  const { db, timing, account, identity, writes, told } = await shop(t)
  const wa = await account('wa', windowed)
  const tg = await account('tg', chatLike)
  const onWa = await identity('628123')
  const onTg = await identity('700', { namespace: 'tg', channel: 'tg' })
  await timing.advance(minute)
  await writes(tg, onTg.id)
  await timing.advance(minute)
  await writes(wa, onWa.id)
  t.strictSame(await told(), ['wa 628123', 'tg 700', 'surat ratna@pelanggan.example'])

  await timing.advance(24 * hour)
  t.equal((await told())[0], 'tg 700', 'a template is less than free words')

  await db.updateTable('identity').set({ unreachable_at: 1 }).where('id', '=', onTg.id).execute()
  t.equal((await told())[0], 'surat ratna@pelanggan.example')

  await db.updateTable('account').set({ is_enabled: 0 }).where('type', '=', 'surat').execute()
  t.equal((await told())[0], 'wa 628123', 'templates are better than nothing')
})

t.test('of two ways in the same moment the one that was used later is the default', async t => {
  const { account, identity, writes, told } = await shop(t)
  const tg = await account('tg', chatLike)
  const onTg = await identity('700', { namespace: 'tg', channel: 'tg' })
  await writes(tg, onTg.id)
  t.equal((await told())[0], 'tg 700')
})

t.test('proven addresses are offered to begin with, claimed ones never', async t => {
  const { db, asked, account, identity, told } = await shop(t)
  await account('sms', { ...chatLike, startsBy: ['phone'] })
  await account('mail2', mailLike)
  await identity('+628111', { kind: 'phone', namespace: '' })
  await identity('+628999', { kind: 'phone', namespace: '', verified_at: null, channel: 'chat' })
  await identity('palsu@pelanggan.example', {
    kind: 'email',
    namespace: '',
    verified_at: null,
    channel: 'chat'
  })
  t.strictSame((await told()).toSorted(), [
    'mail2 ratna@pelanggan.example',
    'sms +628111',
    'surat ratna@pelanggan.example'
  ])
  await db.deleteFrom('message').where('conversation_id', '=', asked.conversation).execute()
  t.notOk((await told()).some(route => /palsu|999/.test(route)))
})
