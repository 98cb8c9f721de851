import t, { type Test } from 'tap'
import type { SapaContext } from '../../server/plugin-api/plugin.ts'
import { setup as setupApp } from '../support/app.ts'
import { dropPlugin } from '../support/plugin.ts'
import { until } from '../support/until.ts'

const all = ['customers:read', 'conversations:read', 'conversations:write']

async function setup(t: Test, scopes: string[] = all) {
  const world = await setupApp(t)
  dropPlugin(world.dataDir, 'poin', 'globalThis.poin = sapa', { manifest: { scopes } })
  await world.sapa.plugins.activate('poin')
  const { poin } = globalThis as unknown as { poin: SapaContext }
  return { ...world, poin }
}

t.test('a plugin reads a customer with all addresses', async t => {
  const { poin, db, make } = await setup(t)
  const { id } = await make.customer(db, { name: 'Rina Marlina', is_vip: 1 })
  const email = { customer_id: id, value: 'rina@pelanggan.example' }
  await make.identity(db, email)
  const phone = { kind: 'phone' as const, value: '+6281234567890', verified_at: null }
  await make.identity(db, { customer_id: id, ...phone })
  const gone = await make.customer(db, { merged_into: id })

  t.match(await poin.customers.find(id), {
    ...{ id, name: 'Rina Marlina', isVip: true, isBlocked: false, createdAt: Number },
    identities: [
      { kind: 'email', value: 'rina@pelanggan.example', isVerified: true },
      { kind: 'phone', value: '+6281234567890', isVerified: false }
    ]
  })
  t.equal((await poin.customers.find(gone.id))?.id, id, 'where a merge led to')
  t.equal(await poin.customers.find(999_999), null)
  t.equal(await poin.customers.find('1 or 1' as unknown as number), null)
})

t.test('a plugin reads a conversation and its newest messages', async t => {
  const { poin, db, make } = await setup(t)
  const conversation = await make.conversation(db, { subject: 'Faktur belum diterima' })
  for (const [index, text] of ['Pagi', 'Belum ada kabar?', 'Terima kasih'].entries()) {
    await make.message(db, { conversation_id: conversation.id, text, at: 1_000 + index })
  }
  await make.message(db, { conversation_id: conversation.id, status: 'cancelled', text: 'Batal' })

  t.match(await poin.conversations.find(conversation.id), {
    ...{ id: conversation.id, customer: conversation.customer_id, channel: 'email' },
    ...{ subject: 'Faktur belum diterima', state: 'open', tags: [], assignee: null }
  })
  const texts = async (limit?: number) =>
    (await poin.conversations.messages(conversation.id, limit === undefined ? {} : { limit })).map(
      message => message.text
    )
  t.same(await texts(), ['Pagi', 'Belum ada kabar?', 'Terima kasih'])
  t.same(await texts(2), ['Belum ada kabar?', 'Terima kasih'])
  t.same(await texts(-5), ['Terima kasih'])
  t.equal(await poin.conversations.find(999_999), null)
  t.same(await poin.conversations.messages(999_999), [])
})

t.test('notes and tags stand in the timeline in the name of the plugin', async t => {
  const { poin, db, make, app, as, sapa, ids } = await setup(t)
  const { id } = await make.conversation(db)
  await poin.conversations.addNote(id, 'Poin: <b>40</b>')
  await poin.conversations.addTag(id, '#emas')
  await poin.conversations.addTag(id, 'emas')
  t.same((await poin.conversations.find(id))?.tags, ['emas'])
  t.equal((await db.selectFrom('event').select('id').execute()).length, 1, 'the same tag once')

  const page = async () => (await app.inject(as.agent({ url: `/conversations/${id}` }))).payload
  t.match(await page(), /Internal note · Loyalty/)
  t.match(await page(), /Loyalty added the tag emas/)
  t.match(await page(), 'Poin: &lt;b&gt;40&lt;/b&gt;')
  await db.updateTable('agent').set({ locale: 'id' }).where('id', '=', ids.agent).execute()
  t.match(await page(), /Catatan internal · Poin pelanggan/)
  await sapa.plugins.deactivate('poin')
  t.match(await page(), /Poin pelanggan menambah tag emas/, 'also when the plugin is off')
})

t.test('what cannot be written is refused in words', async t => {
  const { poin, db, make } = await setup(t)
  const { id } = await make.conversation(db)

  await t.rejects(poin.conversations.addNote(999_999, 'Halo'), /no conversation 999999/)
  await t.rejects(poin.conversations.addTag(999_999, 'emas'), /no conversation 999999/)
  await t.rejects(poin.conversations.addNote(id, '  '), /text required/)
  await t.rejects(poin.conversations.addNote(id, null as unknown as string), /text required/)
  await t.rejects(poin.conversations.addNote(id, 'x'.repeat(20_001)), /text too long/)
  await t.rejects(poin.conversations.addTag(id, 'x'.repeat(41)), /tag invalid/)
  t.same(await db.selectFrom('message').select('id').execute(), [])
})

t.test('two plugins that answer each other do not fill a conversation for ever', async t => {
  const world = await setupApp(t)
  const { dataDir, sapa, db, make } = world
  const { id } = await make.conversation(db, { subject: 'Faktur belum diterima' })
  const answering = `globalThis.begin = () => sapa.conversations.addNote(${id}, 'Halo')
    sapa.on('note.added', ({ conversation }) => sapa.conversations.addNote(conversation, 'Balas'))`
  for (const plugin of ['ping', 'pong']) {
    dropPlugin(dataDir, plugin, answering, { manifest: { scopes: all } })
    t.match(await sapa.plugins.activate(plugin), { state: 'active' })
  }
  const count = async () => (await db.selectFrom('message').select('id').execute()).length

  await (globalThis as unknown as { begin(): Promise<void> }).begin()
  const isOver = async () => {
    await sapa.plugins.hooks.settled()
    const before = await count()
    await sapa.plugins.hooks.settled()
    return before > 60 && before === (await count()) && before
  }
  t.ok((await until(isOver)) <= 120)
  const [fault] = await sapa.plugins.calls.faults.list('pong')
  t.match(fault, { text: /More than 60 notes and tags/ }, 'and whose fault it is')
})

t.test('each part needs its scope, and all of it ends with the plugin', async t => {
  const { poin, sapa, db, make } = await setup(t, ['conversations:read'])
  const { id, customer_id: customer } = await make.conversation(db)

  t.equal((await poin.conversations.find(id))?.id, id)
  await t.rejects(poin.customers.find(customer), /poin needs the scope customers:read/)
  await t.rejects(poin.conversations.addNote(id, 'Halo'), /the scope conversations:write/)
  await t.rejects(poin.conversations.addTag(id, 'emas'), /the scope conversations:write/)
  await sapa.plugins.deactivate('poin')
  await t.rejects(poin.conversations.find(id), /switched off/)
})
