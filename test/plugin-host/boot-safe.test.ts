import t, { type Test } from 'tap'
import { make, setup, type Setup } from '../support/app.ts'
import { post } from '../support/form.ts'
import { dropPlugin } from '../support/plugin.ts'
import { mailLike } from '../support/scripted-channel.ts'

/** A shop with one mailbox and one conversation. */
async function shop(t: Test, env: Record<string, string> = {}) {
  const world = await setup(t, { env })
  const { db } = world
  const account = await make.account(db, {
    ...{ name: 'layanan@', address: 'layanan@sinar.example', webhook_secret: 'rahasia-panjang' },
    capabilities: JSON.stringify(mailLike)
  })
  const customer = await make.customer(db, { name: 'Ratna Kusumawardani' })
  const identity = await make.identity(db, { customer_id: customer.id, kind: 'email' })
  const conversation = await make.conversation(db, {
    ...{ customer_id: customer.id, account_id: account.id, channel: account.type }
  })
  await make.message(db, {
    ...{ conversation_id: conversation.id, account_id: account.id, kind: 'inbound' },
    ...{ identity_id: identity.id, text: 'Faktur belum diterima' }
  })
  await db
    .insertInto('participant')
    .values({ conversation_id: conversation.id, identity_id: identity.id, added_at: 0 })
    .execute()
  const show = async (url: string, role: 'owner' | 'agent' = 'owner') =>
    (await world.app.inject(world.as[role]({ url }))).body
  return { ...world, account, conversation, show }
}

/** Every page that a signed-in owner can open, with the ids of what is there. */
function pagesOf({ app }: Setup): string[] {
  return app.doors
    .filter(({ method, url, can }) => method === 'GET' && can !== null && !url.startsWith('/api/'))
    .map(({ url }) => url.replace(/:\w+/g, '1').replace('*', 'x'))
    .filter(url => url !== '/live')
}

async function renders(t: Test, world: Setup): Promise<void> {
  const urls = pagesOf(world)
  t.ok(urls.length > 20, `${urls.length} pages`)
  for (const url of urls) {
    const { statusCode } = await world.app.inject(world.as.owner({ url }))
    t.ok(statusCode < 500, `${url} answers ${statusCode}`)
  }
}

t.test(
  'in safe mode every page is there, says so, and nothing of the owner is changed',
  async t => {
    const world = await shop(t, { SAPA_SAFE: '1' })
    const { app, sapa, db, as, account, conversation, show, dataDir } = world

    await renders(t, world)
    for (const url of ['/inbox/all', '/customers', '/settings/accounts', '/plugins', '/me']) {
      t.match(await show(url), 'Safe mode.', url)
      t.match(await show(url), 'action="/plugins/safe-mode"', url)
    }
    t.match(await show('/inbox/all', 'agent'), 'Safe mode.')
    t.notMatch(await show('/inbox/all', 'agent'), 'action="/plugins/safe-mode"')
    t.match(await show('/settings/accounts'), /account-card--off[^]*Safe mode: no plugin runs/)
    const page = await show(`/conversations/${conversation.id}`)
    t.match(page, 'Faktur belum diterima', 'the history is there')
    t.match(page, 'Safe mode: layanan@ rests')

    const hook = `/hooks/${account.type}/${account.id}/rahasia-panjang`
    const refused = await app.inject({ method: 'POST', url: hook, payload: 'x' })
    t.match(refused, { statusCode: 503, headers: { 'retry-after': '60' } })

    dropPlugin(dataDir, 'poin', `globalThis.seen.push('poin')`)
    globalThis.seen = []
    t.match(await sapa.plugins.activate('poin'), { isActive: true, state: 'installed' })
    t.same(globalThis.seen, [], 'no code runs')
    const wanted = async () =>
      db.selectFrom('plugin').select('id').where('is_active', '=', 1).execute()
    const before = await wanted()

    const end = post('/plugins/safe-mode', { is_on: '0' })
    t.equal((await app.inject(as.agent(end))).statusCode, 403)
    t.match(await app.inject(as.owner(end)), { statusCode: 303, headers: { location: '/plugins' } })

    t.same(globalThis.seen, ['poin'], 'without a restart')
    t.same(await wanted(), before)
    t.notMatch(await show('/inbox/all'), 'Safe mode.')
    t.notMatch(await show('/settings/accounts'), 'account-card--off')

    const again = { method: 'PUT' as const, url: '/plugins/safe-mode' }
    t.equal((await app.inject(as.owner(again))).statusCode, 204)
    t.match(await sapa.plugins.find('poin'), { isActive: true, state: 'installed' })
    const over = { method: 'DELETE' as const, url: '/plugins/safe-mode' }
    t.equal((await app.inject(as.owner(over))).statusCode, 204)
    t.match(await sapa.plugins.find('poin'), { state: 'active' })
  }
)

t.test('with no plugin at all every page is there and says what is missing', async t => {
  const world = await shop(t)
  const { sapa, show, conversation } = world
  for (const { id, state } of await sapa.plugins.list()) {
    if (state === 'active') await sapa.plugins.deactivate(id)
  }

  await renders(t, world)
  t.match(await show('/inbox/all'), 'Off because the plugin is not running: layanan@')
  t.match(await show('/settings/accounts'), /account-card--off[^]*Plugin is off/)
  const page = await show(`/conversations/${conversation.id}`)
  t.match(page, 'Faktur belum diterima')
  t.match(page, 'layanan@ is off because its plugin is not running')
  t.match(await show('/settings/accounts/new'), /plugin/i)
})
