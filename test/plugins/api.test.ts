import t from 'tap'
import { hashPassword } from '../../server/agent/password.ts'
import { dropPlugin } from '../support/plugin.ts'
import { apiWorld } from '../support/program.ts'

const settings = {
  shop: { type: 'url', required: true, label: { en: 'Shop', id: 'Toko' } },
  key: { type: 'secret', label: { en: 'Key', id: 'Kunci' } },
  limit: { type: 'number', max: 50, default: 5, label: { en: 'Orders', id: 'Pesanan' } }
}
const code = `sapa.log.warn({ n: 7 }, 'Poin hampir habis')
sapa.route({ method: 'GET', path: '/', access: 'public', async handle() { throw new Error('Kartu rusak') } })`

t.test('plugins by the API', async t => {
  const world = await apiWorld(t)
  const { call, app, sapa, db, dataDir } = world
  dropPlugin(dataDir, 'points', code, { settings, manifest: { scopes: ['net:poin.example'] } })
  await sapa.plugins.scan()

  t.test('are for those who may manage them', async t => {
    const doors = ['', '/settings', '/faults', '/log'].map(part => `GET /plugins/points${part}`)
    for (const door of [...doors, 'PATCH /plugins/points/settings']) {
      for (const role of ['guest', 'agent', 'supervisor'] as const) {
        t.equal((await call[role](door, {})).status, 403, `${role} ${door}`)
      }
      const unknown = door.replace('points', 'nothing')
      t.equal((await call.admin(unknown, {})).status, 404, unknown)
    }
  })

  t.test('tell what they are and how they did in the last hour', async t => {
    const before = await call.admin('GET /plugins/points')
    t.match(before.body, { id: 'points', state: 'installed', is_active: false })
    t.equal((await call.admin('GET /plugins/points/settings')).body.error.code, 'plugin_off')

    t.match((await call.admin('PUT /plugins/points/activation')).body, { state: 'active' })
    await app.inject('/p/points/')
    const after = await call.admin('GET /plugins/points')
    t.match(after.body, {
      ...{ state: 'active', scopes: ['net:poin.example'], files_changed: false },
      ...{ update_version: null, last_hour: { calls: 1, errors: 1 } }
    })
    const faults = await call.admin('GET /plugins/points/faults')
    t.match(faults.body, { data: [{ entry: 'route GET /', text: 'Kartu rusak' }] })
    const log = await call.admin('GET /plugins/points/log')
    t.match(log.body, { data: [{ level: 'warn', text: 'Poin hampir habis', facts: '{"n":7}' }] })
  })

  t.test('take settings in parts, and keep secrets to themselves', async t => {
    const wrong = await call.admin('PATCH /plugins/points/settings', { shop: 'x', limit: 99 })
    t.equal(wrong.status, 422)
    t.match(wrong.body.error.fields, { shop: /https/, limit: /./ })

    const first = { shop: 'https://toko.example', key: 'kunci-rahasia' }
    t.equal((await call.admin('PATCH /plugins/points/settings', first)).status, 200)
    const { body } = await call.owner('PATCH /plugins/points/settings', { limit: 9 })

    t.match(body.data, [
      { name: 'shop', type: 'url', value: 'https://toko.example', is_set: null },
      { name: 'key', type: 'secret', value: null, is_set: true },
      { name: 'limit', type: 'number', value: 9 }
    ])
    t.notMatch(JSON.stringify(body), 'kunci-rahasia')
    const [row] = await sapa.db
      .selectFrom('plugin')
      .select('secrets')
      .where('id', '=', 'points')
      .execute()
    t.notMatch(row?.secrets, 'kunci-rahasia')
    t.equal(
      (await call.admin('PATCH /plugins/email/settings', {})).body.error.code,
      'plugin_no_form'
    )
  })

  t.test('go to the version that waits and back, and away with a password', async t => {
    const scopes = ['net:poin.example', 'customers:read']
    dropPlugin(dataDir, 'points', code, { settings, manifest: { version: '2.0.0', scopes } })
    await sapa.plugins.scan()
    const version = (what: string, body?: object) =>
      call.admin(`${what} /plugins/points/version`, body)

    t.match((await call.admin('GET /plugins/points')).body, { update_version: '2.0.0' })
    t.equal((await call.supervisor('PUT /plugins/points/version', {})).status, 403)
    const refused = await version('PUT', {})
    t.match(refused, { status: 409, body: { error: { code: 'consent_needed' } } })
    t.match((await version('PUT', { accepted_scopes: scopes })).body, {
      version: '2.0.0',
      state: 'active'
    })
    t.match((await version('PUT', {})).body.error, { code: 'no_update' })
    t.match((await version('DELETE')).body, { version: '1.2.0', state: 'active' })

    const remove = (who: 'admin' | 'owner', body: object) =>
      call[who]('PUT /plugins/points/removal', body)
    await db
      .updateTable('agent')
      .set({ password_hash: await hashPassword('kopi susu') })
      .execute()
    t.equal((await remove('admin', { data: 'keep', password: 'kopi susu' })).status, 403)
    t.equal((await remove('owner', { data: 'all', password: 'kopi susu' })).status, 422)
    t.equal(
      (await remove('owner', { data: 'keep', password: 'kopi susu' })).body.error.code,
      'plugin_on'
    )
    await call.admin('DELETE /plugins/points/activation')
    t.equal((await remove('owner', { data: 'keep', password: 'teh manis' })).status, 422)
    const gone = await remove('owner', { data: 'delete', password: 'kopi susu' })
    t.match(gone.body, { backup: /^plugin-points-.*\.sqlite$/ })
    t.equal((await call.admin('GET /plugins/points')).status, 404)
  })
})
