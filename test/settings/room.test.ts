import t from 'tap'
import { appendJournal } from '../../server/channel/journal/append.ts'
import { make, setup } from '../support/app.ts'
import { post } from '../support/form.ts'

const part = { 'hx-request': 'true' }

t.test('the rooms of the settings open by role', async t => {
  const { app, as } = await setup(t)
  const rooms = ['general', 'agents', 'teams', 'tokens', 'health']

  for (const room of rooms) {
    const url = `/settings/${room}`
    t.equal((await app.inject(url)).statusCode, 303, `${room} signed out`)
    t.equal((await app.inject(as.agent({ url }))).statusCode, 403, `${room} as agent`)
    t.equal((await app.inject(as.admin({ url }))).statusCode, 200, `${room} as admin`)
  }
  t.equal((await app.inject(as.supervisor({ url: '/settings/health' }))).statusCode, 200)
  t.equal((await app.inject(as.supervisor({ url: '/settings/general' }))).statusCode, 403)
})

t.test('general settings are kept, and mistakes come back as typed', async t => {
  const { app, as, db } = await setup(t)
  const values = {
    ...{ businessName: 'Sinar Elektronik', locale: 'id', timeZone: 'Asia/Makassar' },
    ...{ continuityHours: '48', reopenDays: '5', undoSeconds: '20', journalDays: '60' },
    ...{ noticeRecipients: 'sari@toko.example\nrudi@toko.example', showsRemoteImages: 'true' }
  }

  const kept = await app.inject(as.admin(post('/settings/general', values)))
  t.equal(kept.headers.location, '/settings/general?notice=saved')
  const page = await app.inject(as.admin({ url: '/settings/general?notice=saved' }))
  t.match(page.body, 'value="48"')
  t.match(page.body, 'rudi@toko.example')
  t.match(page.body, /name="showsRemoteImages"[^>]* checked/)

  const bad = { ...values, journalDays: '', noticeRecipients: 'bukan alamat', reopenDays: 'x' }
  const refused = await app.inject(as.admin(post('/settings/general', bad)))
  t.equal(refused.statusCode, 422)
  t.match(refused.body, 'bukan alamat')
  t.equal(refused.body.match(/class="field__error"/g)?.length, 3)
  const stored = db.selectFrom('setting').select('value').where('key', '=', 'journalDays')
  t.same(await stored.execute(), [{ value: '60' }])
})

t.test('people are invited, promoted, disabled, and rules refuse politely', async t => {
  const { app, as, db, ids } = await setup(t)
  const person = { name: 'Wulan', email: 'wulan@toko.example', role: 'agent' }

  const made = await app.inject(as.admin(post('/settings/agents', person, part)))
  t.equal(made.statusCode, 200)
  t.match(made.body, /\/invite\/[\w-]{43}/)
  const { id } = await db
    .selectFrom('agent')
    .select('id')
    .where('email', '=', person.email)
    .executeTakeFirstOrThrow()
  const url = `/settings/agents/${id}`

  const twice = await app.inject(as.admin(post('/settings/agents', person, part)))
  t.equal(twice.statusCode, 422)
  t.match(twice.body, 'value="wulan@toko.example"')

  const renewed = await app.inject(as.admin({ method: 'PUT', url: `${url}/invitation` }))
  t.match(renewed.body, '/invite/')
  await app.inject(as.admin({ method: 'DELETE', url: `${url}/invitation` }))
  const links = db.selectFrom('invitation').select('agent_id').where('agent_id', '=', id)
  t.same(await links.execute(), [])
  const again = await app.inject(as.admin({ method: 'PUT', url: `${url}/invitation` }))
  t.match(again.body, '/invite/', 'invited again after all')

  const role = await app.inject(as.admin(put(`${url}/role`, { role: 'supervisor' })))
  t.equal(role.statusCode, 200)
  const above = await app.inject(as.admin(put(`${url}/role`, { role: 'owner' })))
  t.equal(above.statusCode, 403)
  const unknown = await app.inject(as.admin(put(`${url}/role`, { role: 'raja' })))
  t.equal(unknown.statusCode, 422)

  const owner = `/settings/agents/${ids.owner}`
  const last = await app.inject(as.owner(put(`${owner}/role`, { role: 'agent' })))
  t.equal(last.statusCode, 409)
  t.match(last.body, 'This is the only owner.')
  const self = await app.inject(as.owner({ method: 'DELETE', url: `${owner}/service` }))
  t.equal(self.statusCode, 409)
  const gone = await app.inject(as.admin({ method: 'DELETE', url: '/settings/agents/999/service' }))
  t.equal(gone.statusCode, 404)

  for (const round of ['once', 'again']) {
    const off = await app.inject(
      as.admin({ method: 'DELETE', url: `/settings/agents/${ids.agent}/service` })
    )
    t.equal(off.statusCode, 200, round)
  }
  t.equal((await app.inject(as.agent({ url: '/settings/accounts' }))).statusCode, 303)
})

t.test('teams are made, renamed and filled', async t => {
  const { app, as, ids } = await setup(t)

  const made = await app.inject(as.admin(post('/settings/teams', { name: 'Garansi' }, part)))
  t.match(made.body, 'Garansi')
  const id = /id="team-(\d+)"/.exec(made.body)?.[1]
  const twin = await app.inject(as.admin(post('/settings/teams', { name: 'Garansi' }, part)))
  t.equal(twin.statusCode, 422)
  t.match(twin.body, 'There is a team with this name already.')

  const url = `/settings/teams/${id}`
  const members = [`members=${ids.agent}`, `members=${ids.supervisor}`, 'members=9999']
  const filled = await app.inject(
    as.admin({ ...put(url, {}), payload: `name=Retur&${members.join('&')}` })
  )
  t.equal(filled.statusCode, 200)
  t.match(filled.body, 'Dewi Anggraini, Maya Lestari')
  const emptied = await app.inject(as.admin(put(url, { name: 'Retur' })))
  t.match(emptied.body, 'nobody yet')
  t.equal((await app.inject(as.admin(put('/settings/teams/99', { name: 'X' })))).statusCode, 404)
  t.equal((await app.inject(as.admin(put(url, { name: '' })))).statusCode, 422)
})

t.test('a token is shown once, works, and is revoked by its maker', async t => {
  const { app, as } = await setup(t)

  const made = await app.inject(as.admin(post('/settings/tokens', { name: 'Kasir', days: '30' })))
  const token = /sapa_[\w-]{43}/.exec(made.body)?.[0] ?? ''
  t.ok(token)
  const list = await app.inject(as.admin({ url: '/settings/tokens' }))
  t.match(list.body, 'Kasir')
  t.notMatch(list.body, 'sapa_')
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '10.0.0.1' }
  t.equal((await app.inject({ url: '/metrics', headers })).statusCode, 200)

  const url = /\/settings\/tokens\/\d+/.exec(list.body)?.[0] ?? ''
  t.equal((await app.inject(as.agent({ method: 'DELETE', url }))).statusCode, 403)
  t.equal((await app.inject(as.admin({ method: 'DELETE', url }))).statusCode, 200)
  t.equal((await app.inject(as.admin({ method: 'DELETE', url }))).statusCode, 404)
  t.equal((await app.inject({ url: '/metrics', headers })).statusCode, 403)
  t.equal((await app.inject(as.admin(post('/settings/tokens', { name: ' ' })))).statusCode, 422)
})

t.test('tokens of others are seen, and revoked by those who are not below them', async t => {
  const { app, as } = await setup(t)
  const tokenOf = async (who: 'admin' | 'owner', name: string) => {
    const { body } = await app.inject(as[who](post('/settings/tokens', { name })))
    return /sapa_[\w-]{43}/.exec(body)?.[0] ?? ''
  }
  const till = await tokenOf('admin', 'Kasir')
  await tokenOf('owner', 'Laporan')
  const [first, second] = ['/settings/tokens/1', '/settings/tokens/2']

  const seen = (await app.inject(as.owner({ url: '/settings/tokens' }))).body
  t.match(seen, /Kasir<.*Rudi Hartono · created .* · never used/)
  t.notMatch(seen, till)
  t.match(seen, `hx-delete="${first}"`)
  const below = (await app.inject(as.admin({ url: '/settings/tokens' }))).body
  t.match(below, 'Laporan')
  t.notMatch(below, `hx-delete="${second}"`)

  t.equal((await app.inject(as.admin({ method: 'DELETE', url: second }))).statusCode, 403)
  t.equal((await app.inject(as.owner({ method: 'DELETE', url: first }))).statusCode, 200)
  const headers = { authorization: `Bearer ${till}`, 'x-forwarded-for': '10.0.0.1' }
  t.equal((await app.inject({ url: '/metrics', headers })).statusCode, 403)
})

t.test('what could not be read is shown, downloaded, read again or ignored', async t => {
  const { app, as, db, sapa, clock } = await setup(t)
  const account = await make.account(db, { name: 'Toko Cahaya' })
  const body = new TextEncoder().encode('Subject: <script>alert(1)</script>\r\n\r\nFaktur')
  await appendJournal(
    db,
    account.id,
    [1, 2].map(n => ({ key: `1:${n}`, body })),
    { blobs: sapa.blobs },
    clock.now
  )
  await db.updateTable('journal').set({ state: 'failed', error: 'journal.error.timeout' }).execute()
  const [first, second] = (await db.selectFrom('journal').select('id').execute()).map(row => row.id)

  const page = await app.inject(as.supervisor({ url: '/settings/health' }))
  t.match(page.body, 'Toko Cahaya')
  t.match(page.body, 'Reading it took too long.')

  const raw = await app.inject(as.supervisor({ url: `/settings/health/items/${first}/raw` }))
  t.equal(raw.headers['content-type'], 'text/plain; charset=utf-8')
  t.match(raw.headers['content-disposition'], /^attachment/)
  t.match(raw.headers['content-security-policy'], "default-src 'none'")
  t.equal(raw.body, 'Subject: <script>alert(1)</script>\r\n\r\nFaktur')

  const replay = `/settings/health/items/${first}/repetition`
  t.equal((await app.inject(as.supervisor({ method: 'PUT', url: replay }))).statusCode, 200)
  t.equal((await app.inject(as.supervisor({ method: 'PUT', url: replay }))).statusCode, 409)
  const ignore = `/settings/health/items/${second}`
  t.equal((await app.inject(as.supervisor({ method: 'DELETE', url: ignore }))).statusCode, 200)
  const states = await db.selectFrom('journal').select('state').orderBy('id').execute()
  t.same(
    states.map(row => row.state),
    ['pending', 'ignored']
  )
  for (const url of ['/settings/health/items/99/raw', '/settings/health/items/99/repetition']) {
    const method = url.endsWith('raw') ? 'GET' : 'PUT'
    t.equal((await app.inject(as.supervisor({ method, url }))).statusCode, 404, url)
  }
  t.equal((await app.inject(as.agent({ url: '/settings/health/items/1/raw' }))).statusCode, 403)
})

t.test('work that gave up is tried again', async t => {
  const { app, as, db, sapa } = await setup(t)
  await sapa.jobs.add(db, 'core', 'import', { accountId: 1 })
  await db.updateTable('job').set({ state: 'dead', error: 'Server tidak menjawab' }).execute()
  const { id } = await db.selectFrom('job').select('id').executeTakeFirstOrThrow()
  const url = `/settings/health/jobs/${id}/repetition`

  t.match((await app.inject(as.admin({ url: '/settings/health' }))).body, 'Server tidak menjawab')
  t.equal((await app.inject(as.supervisor({ method: 'PUT', url }))).statusCode, 403)
  t.equal((await app.inject(as.admin({ method: 'PUT', url }))).statusCode, 200)
  t.equal((await app.inject(as.admin({ method: 'PUT', url }))).statusCode, 404)
  const { state } = await db.selectFrom('job').select('state').executeTakeFirstOrThrow()
  t.equal(state, 'waiting')
})

t.test('a farewell that died like any other job is shown like any other', async t => {
  const { app, as, db, sapa } = await setup(t)
  await sapa.jobs.add(db, 'core', 'leave', {})
  await db.updateTable('job').set({ state: 'dead', error: 'The job took longer' }).execute()
  const { body, statusCode } = await app.inject(as.admin({ url: '/settings/health' }))
  t.equal(statusCode, 200)
  t.match(body, 'core · leave')
  t.match(body, 'The job took longer')
})

function put(url: string, values: Record<string, string>) {
  return { ...post(url, values, part), method: 'PUT' as const }
}
