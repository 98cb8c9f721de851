import t from 'tap'
import { createAccount } from '../../server/channel/account/create.ts'
import { dropPlugin } from '../support/plugin.ts'
import { talkWorld, type TalkWorld } from '../support/talk-world.ts'
import { until } from '../support/until.ts'

t.test('a customer is told that an agent writes to them, and that they have stopped', async t => {
  const world = await talkWorld(t)
  const { told, writes, account } = world
  const { id } = await writes('Halo, AC saya bocor')

  t.equal((await types(world, id, 'PUT')).statusCode, 204)
  await until(() => told.length === 1)
  t.match(told[0], { account: account.id, what: 'typing' })
  t.match(told[0]?.thread, { to: { value: 'ratna' }, threadKey: 'ratna', conversation: id })
  t.match(told[0]?.thread, { author: { name: 'Dewi Anggraini' } })

  await types(world, id, 'PUT')
  await types(world, id, 'PUT')
  await types(world, id, 'DELETE')
  await until(() => told.length > 1)
  t.strictSame(
    told.map(({ what }) => what),
    ['typing', 'stopped'],
    'at most every 3 s'
  )
})

t.test('of two agents who write the last one stops it', async t => {
  const world = await talkWorld(t)
  const { told, writes, as } = world
  const { id } = await writes('Halo')
  await types(world, id, 'PUT')
  await types(world, id, 'PUT', as.supervisor)
  await until(() => told.length === 1)

  await types(world, id, 'DELETE')
  t.equal(told.length, 1)
  await types(world, id, 'DELETE', as.supervisor)
  await until(() => told.length === 2)

  t.match(told[1], { what: 'stopped' })
})

t.test('of two chats of one account it is told where the answer will go', async t => {
  const world = await talkWorld(t)
  const { told, writes, db } = world
  const email = 'ratna@toko.example'
  const { id } = await writes('Faktur belum diterima', { who: 'laptop', email })
  const { id: other } = await writes('Kini dari ponsel', { who: 'ponsel', email })
  // As older installations may have them.
  const both = { conversation_id: id }
  await db.updateTable('message').set(both).where('conversation_id', '=', other).execute()
  await db.updateTable('participant').set(both).where('conversation_id', '=', other).execute()
  const gone = { unreachable_at: world.clock.now.getTime() }
  await db.updateTable('identity').set(gone).where('value', '=', 'ponsel').execute()

  await types(world, id, 'PUT')
  await until(() => told.length === 1)

  t.match(told[0]?.thread, { to: { value: 'laptop' }, threadKey: 'laptop' })
})

t.test('a chat that goes on in another channel’s conversation is told by its own name', async t => {
  const world = await talkWorld(t)
  const { told, writes, looks, connect, account, app, as, db } = world
  const other = await connect('Pesan toko', 'pesan')
  const email = 'ratna@toko.example'
  const { id } = await writes('Faktur belum diterima', { account: other, email })
  await writes('Halo, ini saya', { who: 'pengunjung', email })
  const here = { account: account.id, thread: { threadKey: 'pengunjung', conversation: id } }

  await types(world, id, 'PUT')
  await until(() => told.length === 1)
  t.match(told[0], { ...here, what: 'typing' })

  await looks(id)
  await until(() => told.length === 3)
  t.match(
    told.slice(1).toSorted((a, b) => b.account - a.account),
    [{ account: other.id, thread: { remoteId: 'm1', threadKey: 'ratna' } }, here]
  )

  const payload = { kind: 'reply', text: 'Baik Bu', idempotency_key: 'kunci-1-xx', seen: '9999' }
  await app.inject(as.agent({ method: 'POST', url: `/conversations/${id}/messages`, payload }))
  const step = await db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow()
  t.match(step, { account_id: account.id, thread: 'k:pengunjung' })
})

t.test('only who may answer in a conversation can be seen writing there', async t => {
  const world = await talkWorld(t)
  const { writes, as, app, told } = world
  const { id } = await writes('Halo')

  t.equal((await types(world, id, 'PUT', as.guest)).statusCode, 404)
  t.equal((await types(world, id + 99, 'PUT')).statusCode, 404)
  const stranger = { ...as.agent({ method: 'PUT', url: `/conversations/${id}/typing` }) }
  t.equal((await app.inject({ ...stranger, cookies: {} })).statusCode, 303)
  t.strictSame(told, [])
})

t.test('the composer says so only where the channel can show it', async t => {
  const { writes, app, as, db, account } = await talkWorld(t)
  const { id } = await writes('Halo')
  const state = async () =>
    (await app.inject(as.agent({ url: `/conversations/${id}/composer-state` }))).body

  t.match(await state(), `data-typing-url="/conversations/${id}/typing?route=`)

  await db.updateTable('account').set({ is_enabled: 0 }).where('id', '=', account.id).execute()
  t.notMatch(await state(), 'data-typing-url')
})

t.test('a customer is told once that somebody has read', async t => {
  const { told, writes, looks, as, account } = await talkWorld(t)
  await writes('Halo')
  const { id } = await writes('AC saya bocor')

  await looks(id)
  await until(() => told.length === 1)
  t.match(told[0], { account: account.id, what: 'read' })
  t.match(told[0]?.thread, { to: { value: 'ratna' }, threadKey: 'ratna', remoteId: 'm2' })

  await looks(id)
  await looks(id, as.supervisor)
  await writes('Sejak kemarin')
  await looks(id, as.supervisor)
  await until(() => told.length > 1)
  t.strictSame(
    told.map(({ thread }) => thread.remoteId),
    ['m2', 'm3']
  )
})

t.test('news that reach an open page are read when somebody looks at it', async t => {
  const { told, writes, looks, app, as } = await talkWorld(t)
  const { id } = await writes('Halo')
  await looks(id)
  await until(() => told.length === 1)
  await writes('Masih bocor')
  const news = { url: `/conversations/${id}/news?message=1` }

  await app.inject(as.agent({ ...news, headers: { 'x-sapa-hidden': '1' } }))
  await app.inject(as.agent({ url: `/conversations/${id}/header` }))
  t.equal(told.length, 1, 'nobody has looked')

  await app.inject(
    as.agent({ method: 'PUT', url: `/conversations/${id}/seen`, payload: { message: 2 } })
  )
  await until(() => told.length === 2)
  t.match(told[1]?.thread, { remoteId: 'm2' })
})

t.test(
  'nobody is told what was read of an import, of spam, or against the owner’s wish',
  async t => {
    const { told, writes, looks, db, app, as } = await talkWorld(t)
    const history = await writes('Dari tahun lalu', { who: 'siti', isHistory: true })
    const spam = await writes('Menang undian', { who: 'penipu' })
    await db.updateTable('conversation').set({ is_spam: 1 }).where('id', '=', spam.id).execute()
    await looks(history.id)
    await looks(spam.id)

    const general = await app.inject(as.owner({ url: '/settings/general' }))
    t.match(general.body, /name="showsRead"[^>]*checked/)
    const form = new URLSearchParams({
      ...{ businessName: 'Toko', locale: 'id', timeZone: 'Asia/Jakarta', continuityHours: '72' },
      ...{ reopenDays: '7', undoSeconds: '10', journalDays: '30', noticeRecipients: '' }
    })
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const save = (more: string) =>
      app.inject(
        as.owner({
          ...{ method: 'POST', url: '/settings/general', headers: type },
          payload: `${form.toString()}${more}`
        })
      )
    t.equal((await save('')).statusCode, 303)
    const { id } = await writes('Halo')
    await looks(id)

    t.equal((await save('&showsRead=true')).statusCode, 303)
    await looks(id)
    await until(() => told.length > 0)
    t.strictSame(
      told.map(({ thread }) => thread.conversation),
      [id]
    )
  }
)

t.test('what was told stays told over a restart', async t => {
  const { told, writes, looks, account, sapa } = await talkWorld(t)
  const { id } = await writes('Halo')
  await looks(id)
  await until(() => told.length === 1)

  await sapa.supervisor.restart(account.id)
  await until(() => sapa.supervisor.session(account.id))
  await looks(id)
  await writes('Masih bocor')
  await looks(id)

  await until(() => told.length > 1)
  t.strictSame(
    told.map(({ thread }) => thread.remoteId),
    ['m1', 'm2']
  )
})

t.test('what a channel cannot do, or refuses, or does not finish harms nobody', async t => {
  const world = await talkWorld(t)
  const { told, on, writes, looks, app, as } = world
  on.markRead = () => Promise.reject(new Error('down'))
  on.typing = () => new Promise(() => {})
  const { id } = await writes('Halo')

  await looks(id)
  await types(world, id, 'PUT')
  await until(() => told.length === 2)
  const page = await app.inject(as.agent({ url: `/conversations/${id}` }))
  t.equal(page.statusCode, 200)
  await looks(id)
  await types(world, id, 'DELETE')

  delete on.markRead
  await writes('Halo?')
  await looks(id)
  await until(() => told.filter(({ what }) => what === 'read').length === 2)
  t.notOk(
    told.find(({ what }) => what === 'stopped'),
    'one call at a time'
  )
})

t.test('a plugin’s own mistake in it is found in its fault log', async t => {
  const world = await talkWorld(t)
  const { dataDir, sapa, connect, writes, looks, db } = world
  const code = `sapa.channel({
    type: 'warung', label: { en: 'Stall', id: 'Warung' }, icon: 'message-circle', settings: {},
    colorLight: '#000', colorDark: '#fff', identityKinds: ['external'],
    capabilities: () => (${JSON.stringify(sapa.channels.get('obrolan')?.capabilities({}))}),
    parse: raw => JSON.parse(Buffer.from(raw.body).toString()),
    open: async () => { return {
      send: async () => ({ remoteId: 'x', status: 'sent' }), close: async () => {},
      markRead: async () => { throw new TypeError('warung lupa') } } } })`
  dropPlugin(dataDir, 'warung', code, { manifest: { provides: ['channel:warung'] } })
  t.match(await sapa.plugins.activate('warung'), { state: 'active' })
  const account = await connect('Warung', 'warung')
  const { id } = await writes('Halo', { account })
  await looks(id)

  const fault = await until(() =>
    db.selectFrom('plugin_fault').selectAll().where('plugin_id', '=', 'warung').executeTakeFirst()
  )
  t.match(fault, { entry: 'channel warung markRead', text: /warung lupa/ })
})

t.test('a session that has something else in its place is told when it opens', async t => {
  const { dataDir, sapa, db, clock } = await talkWorld(t)
  const code = `sapa.channel({
    type: 'warung', label: { en: 'Stall', id: 'Warung' }, icon: 'message-circle', settings: {},
    colorLight: '#000', colorDark: '#fff', identityKinds: ['external'],
    capabilities: () => (${JSON.stringify(sapa.channels.get('obrolan')?.capabilities({}))}),
    parse: () => [],
    open: async () => ({ send: async () => ({}), close: async () => {}, typing: true }) })`
  dropPlugin(dataDir, 'warung', code, { manifest: { provides: ['channel:warung'] } })
  t.match(await sapa.plugins.activate('warung'), { state: 'active' })
  await createAccount(db, sapa, { type: 'warung', name: 'Warung', form: {} }, clock.now)

  const refused = () =>
    db
      .selectFrom('account')
      .select('state_reason')
      .where('type', '=', 'warung')
      .where('state_reason', 'is not', null)
      .executeTakeFirst()
  t.match(await until(refused), { state_reason: /typing of the session must be a function/ })
})

function types(
  { app, as }: TalkWorld,
  id: number,
  method: 'PUT' | 'DELETE',
  who: TalkWorld['as']['agent'] = as.agent
) {
  return app.inject(who({ method, url: `/conversations/${id}/typing` }))
}
