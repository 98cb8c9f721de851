import t from 'tap'
import { acknowledge } from '../../server/channel/acknowledge.ts'
import { setup } from '../support/app.ts'
import { chatWorld } from '../support/chat-world.ts'
import { dropPlugin } from '../support/plugin.ts'
import { until } from '../support/until.ts'

t.test('filters change a message on its way in, by priority and then by name', async t => {
  const world = await chatWorld(t)
  const push = (sign: string, options = '') =>
    `sapa.filter('message.inbound', value => ({ ...value, text: value.text + '${sign}' })${options})`
  await world.add('zeta', push('z'))
  await world.add('alfa', push('a'))
  await world.add('mula', push('m', ', { priority: 1 }'))

  t.equal((await world.receive('pesan ')).text, 'pesan maz')
  await world.sapa.plugins.deactivate('mula')
  t.equal((await world.receive('pesan ')).text, 'pesan az')
})

t.test('a changed text takes its markup with it', async t => {
  const world = await chatWorld(t)
  await world.add(
    'samar',
    `sapa.filter('message.inbound', v => ({ ...v, text: v.text.replace(/\\d{6,}/, '••••') }))`
  )

  const plain = await world.receive('Halo', { html: '<p>Halo</p>' })
  const masked = await world.receive('Kartu 4111111111', { html: '<p>Kartu 4111111111</p>' })

  t.match(plain, { text: 'Halo', has_html: 1 })
  t.match(masked, { text: 'Kartu ••••', has_html: 0 })
})

t.test('a filter that decorates and fails is skipped, whatever it does', async t => {
  const world = await chatWorld(t)
  await world.add('lempar', `sapa.filter('message.inbound', () => { throw new Error('Macet') })`)
  await world.add('tolak', `sapa.filter('message.inbound', async () => { throw 'bukan galat' })`)
  await world.add('bentuk', `sapa.filter('message.inbound', () => ({ text: 7, isSpam: false }))`)
  await world.add('besar', `sapa.filter('message.inbound', v => ({ ...v, text: 'x'.repeat(1e6) }))`)
  await world.add('ubah', `sapa.filter('message.inbound', v => { v.text = 'diganti' })`)
  await world.add(
    'diam',
    `sapa.filter('message.inbound', () => new Promise(() => {}), { timeoutMs: 20 })`
  )

  t.equal((await world.receive('Masih sampai')).text, 'Masih sampai')

  const { calls } = world.sapa.plugins
  for (const id of ['lempar', 'tolak', 'bentuk', 'besar', 'ubah', 'diam']) {
    t.match(calls.meter.of(id), { errors: 1 }, id)
    t.match(await calls.faults.list(id), [{ entry: 'filter message.inbound' }], id)
  }
})

t.test('a handler that keeps failing rests, is tried again, and is given up', async t => {
  const world = await chatWorld(t)
  await world.add(
    'rewel',
    `sapa.filter('message.inbound', () => { seen.push(1); throw new Error('Macet') })
     sapa.filter('acknowledgement.text', () => ({ text: 'Kami baca.' }))`
  )
  for (let n = 0; n < 8; n++) await world.receive(`Pesan ${n}`)
  t.equal(seen.length, 5, 'after five faults it is left alone')

  for (let rest = 0; rest < 2; rest++) {
    world.clock.forward(5 * 60_000 + 1)
    await world.receive('Coba lagi')
    await world.receive('Masih istirahat')
  }
  t.equal(seen.length, 7, 'one try after each rest')
  const given = async () => (await world.sapa.plugins.find('rewel')).state
  await until(async () => (await given()) !== 'active')
  t.not(await given(), 'active')
  t.equal((await world.receive('Tetap masuk')).text, 'Tetap masuk')
})

t.test('an agent reads why a reply is held back, and nothing is lost', async t => {
  const world = await chatWorld(t)
  await world.add(
    'kartu',
    `sapa.filter('message.outbound', value => {
       if (/\\d{16}/.test(value.text))
         throw sapa.refuse({ en: 'It shows a card number.', id: 'Ada nomor kartu.' })
       return { ...value, text: value.text + ' — Toko Cahaya' }
     })`
  )

  const refused = await world.reply('Kartunya 4111111111111111')
  const sent = await world.reply('Teknisi datang besok')

  t.equal(refused.statusCode, 422)
  t.match(refused.body, /Loyalty holds this back: It shows a card number\./)
  t.equal(sent.statusCode, 200)
  t.same(await world.outbound(), [{ text: 'Teknisi datang besok — Toko Cahaya' }])
  t.match(world.sapa.plugins.calls.meter.of('kartu'), { errors: 0 }, 'a refusal is no fault')
})

t.test('a guard that fails closes the door, and the agent is told', async t => {
  const world = await chatWorld(t)
  await world.add(
    'jaga',
    `sapa.filter('message.outbound', () => { throw new Error('Basis data') })`
  )

  const refused = await world.reply('Teknisi datang besok')

  t.equal(refused.statusCode, 422)
  t.match(refused.body, /Loyalty checks every reply and failed just now/)
  t.same(await world.outbound(), [])
  await world.sapa.plugins.deactivate('jaga')
  t.equal((await world.reply('Teknisi datang besok')).statusCode, 200)
})

t.test('guards hold for notes never, and for programs always', async t => {
  const world = await chatWorld(t)
  await world.add(
    'kartu',
    `sapa.filter('message.outbound', () => { throw sapa.refuse({ en: 'No.', id: 'Tidak.' }) })`
  )
  t.equal((await world.reply('Kartunya 4111', { kind: 'note' })).statusCode, 200)
  const path = `/conversations/${world.first.conversation_id}/messages`

  const refused = await world.call.agent(`POST ${path}`, { kind: 'reply', text: 'Kartunya 4111' })
  const opened = await world.call.agent('POST /conversations', {
    ...{ account_id: world.account.id, customer_id: 1, text: 'Kartunya 4111' }
  })
  const noted = await world.call.agent(`POST ${path}`, { kind: 'note', text: 'Kartunya 4111' })

  t.match(refused, { status: 422, body: { error: { code: 'refused_by_plugin' } } })
  t.match(opened, { status: 422, body: { error: { code: 'refused_by_plugin' } } })
  t.equal(noted.status, 201)
  t.same(await world.outbound(), [])
})

/** What the channel can do besides. */
t.test('the automatic answer can be changed, emptied, and is guarded', async t => {
  const world = await chatWorld(t)
  const { sapa, first, clock } = world
  const filtering = sapa.plugins.hooks.hooks
  const answer = () => acknowledge(world.db, first.id, clock.now, filtering)
  await world.add('kosong', `sapa.filter('acknowledgement.text', () => ({ text: ' ' }))`)
  t.equal(await answer(), false)
  await sapa.plugins.deactivate('kosong')
  await world.add(
    'jaga',
    `sapa.filter('message.outbound', (value, facts) => {
       seen.push(facts.agent)
       if (!globalThis.isAllowed) throw sapa.refuse({ en: 'No consent', id: 'Belum ada izin' })
     })
     sapa.filter('acknowledgement.text', v => ({ text: v.text + ' Buka jam 9.' }))`
  )
  t.equal(await answer(), false)
  Object.assign(globalThis, { isAllowed: true })
  t.equal(await answer(), true)
  t.same(seen, [null, null])
  t.same(await world.outbound(), [{ text: 'Kami balas segera. Buka jam 9.' }])
})

t.test('an unknown hook, or a memory event that is to be kept, fails the start', async t => {
  const { sapa, dataDir } = await setup(t)
  const drop = (id: string, code: string) => dropPlugin(dataDir, id, code)
  drop('salah', `sapa.filter('message.sideways', v => v)`)
  drop('ingatan', `sapa.consume('message.status', 'a', async () => {})`)
  drop('kunci', `sapa.consume('message.sent', 'a b', async () => {})`)

  t.match(await sapa.plugins.activate('salah'), { reason: 'There is no hook message.sideways' })
  t.match(await sapa.plugins.activate('ingatan'), { reason: /cannot be consumed/ })
  t.match(await sapa.plugins.activate('kunci'), { reason: /must match/ })
})
