import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { createAccount } from '../../server/channel/account/create.ts'
import { setup as setupApp } from '../support/app.ts'
import { dropPlugin } from '../support/plugin.ts'
import { until } from '../support/until.ts'

const channel = (type: string) => `
  const { createHmac } = await import('node:crypto')
  sapa.channel({
    type: '${type}',
    label: { en: 'Chat', id: 'Obrolan' },
    settings: {},
    capabilities: () => ({ undoSeconds: 5 }),
    parse: () => [],
    open: async () => ({
      webhook(request) {
        const { method, query, headers, body } = request
        if (method === 'GET') return { accept: [], reply: { status: 200, body: query.challenge } }
        const proof = createHmac('sha256', 'kunci').update(body).digest('hex')
        if (headers['x-proof'] !== proof) return { refuse: 401 }
        const items = JSON.parse(Buffer.from(body).toString())
        return {
          accept: items.map(item => ({ key: item.id, body: Buffer.from(item.text), account: item.account })),
          reply: { status: 202, type: 'application/json', body: '{"ok":true}' }
        }
      },
      send: async () => ({ remoteId: '1', status: 'sent' }),
      close: async () => {}
    })
  })`

async function setup(t: Test) {
  const world = await setupApp(t)
  const { app, sapa, db, dataDir } = world
  for (const type of ['obrolan', 'pesan']) {
    dropPlugin(dataDir, type, channel(type), { manifest: { provides: [`channel:${type}`] } })
    await sapa.plugins.activate(type)
  }
  await sapa.supervisor.start()
  t.teardown(() => sapa.supervisor.stop())
  const input = { type: 'obrolan', name: 'Toko Cahaya', form: {} }
  const account = await createAccount(db, sapa, input, sapa.clock())
  const session = () => sapa.supervisor.session(account.id)
  await until(session)
  const url = `/hooks/obrolan/${account.id}/${account.webhook_secret}`
  const post = (payload: string, where = url, proof = prove(payload)) =>
    app.inject({ method: 'POST', url: where, headers: { 'x-proof': proof }, payload })
  const kept = async () => {
    const rows = await db.selectFrom('journal').select(['key', 'body']).orderBy('id').execute()
    return rows.map(row => `${row.key}: ${String(row.body)}`)
  }
  return { ...world, account, session, url, post, kept }
}

const prove = (payload: string | Buffer) =>
  createHmac('sha256', 'kunci').update(payload).digest('hex')

const message = JSON.stringify([{ id: 'm1', text: 'Faktur belum diterima' }])

t.test('a signed call is kept, answered as the channel wants, and a repeat is one', async t => {
  const { post, kept } = await setup(t)

  const response = await post(message)
  await Promise.all([post(message), post(message)])

  t.equal(response.statusCode, 202)
  t.match(response.headers['content-type'], /^application\/json/)
  t.equal(response.payload, '{"ok":true}')
  t.same(await kept(), ['m1: Faktur belum diterima'])
})

t.test('one address takes in items for several accounts of its channel', async t => {
  const { app, db, sapa, as, account, post } = await setup(t)
  const open = (type: string) =>
    createAccount(db, sapa, { type, name: 'Cabang', form: {} }, sapa.clock())
  const [branch, other, closed] = [
    await open('obrolan'),
    await open('pesan'),
    await open('obrolan')
  ]
  const setOpen = (is_enabled: number) =>
    db.updateTable('account').set({ is_enabled }).where('id', '=', closed.id).execute()
  await setOpen(0)
  const items = [undefined, account.id, branch.id, other.id, closed.id, 9999, 'x'].map((id, n) => ({
    id: `m${n}`,
    text: `${n}`,
    account: id
  }))
  const rows = async () =>
    db
      .selectFrom('journal')
      .select(['id', 'account_id', 'key', 'state', 'for_account_id'])
      .orderBy('key')
      .execute()

  t.equal((await post(JSON.stringify(items))).statusCode, 202)
  t.equal((await post(JSON.stringify(items))).statusCode, 202)
  await sapa.journal.drain()

  const own = { account_id: account.id, for_account_id: null, state: 'ignored' }
  const aside = { account_id: account.id, state: 'failed' }
  t.match(await rows(), [
    { ...aside, key: `${other.id}/m3`, for_account_id: other.id },
    { ...aside, key: `${closed.id}/m4`, for_account_id: closed.id },
    { ...aside, key: '9999/m5', for_account_id: 9999 },
    { ...own, key: 'm0' },
    { ...own, key: 'm1' },
    { ...own, key: 'm2', account_id: branch.id },
    { ...aside, key: 'x/m6', for_account_id: 0 }
  ])

  const replay = async (key: string) => {
    const item = (await rows()).find(row => row.key === key)
    const url = `/settings/health/items/${item?.id}/repetition`
    const headers = { 'hx-request': 'true' }
    return (await app.inject(as.owner({ method: 'PUT', url, headers }))).statusCode
  }
  t.equal(await replay(`${other.id}/m3`), 409, 'never read by another channel')
  t.equal(await replay(`${closed.id}/m4`), 409, 'not while its account is off')
  t.equal(await replay('x/m6'), 409)
  await setOpen(1)
  t.equal(await replay(`${closed.id}/m4`), 200)
  await sapa.journal.drain()
  t.match(
    (await rows()).find(row => row.key === 'm4'),
    { account_id: closed.id, state: 'ignored' }
  )
})

t.test('a handshake is answered', async t => {
  const { app, url, kept } = await setup(t)

  const response = await app.inject({ url: `${url}?challenge=12345` })

  t.match(response, { statusCode: 200, payload: '12345' })
  t.same(await kept(), [])
})

t.test('who does not know the secret or the signature learns and stores nothing', async t => {
  const { post, kept, account } = await setup(t)
  const { id, webhook_secret: secret } = account

  for (const url of [
    `/hooks/obrolan/${id}/salah`,
    `/hooks/obrolan/${id}/${secret.slice(1)}`,
    `/hooks/obrolan/${id}/${secret}x`,
    `/hooks/pesan/${id}/${secret}`,
    `/hooks/tidak-ada/${id}/${secret}`,
    `/hooks/obrolan/${id + 1}/${secret}`,
    `/hooks/obrolan/0/${secret}`,
    `/hooks/obrolan/1e0/${secret}`,
    `/hooks/obrolan/${id}/%00`
  ]) {
    t.equal((await post(message, url)).statusCode, 404, url)
  }
  t.equal((await post(message, undefined, 'salah')).statusCode, 401)
  t.equal((await post(`${message} `, undefined, prove(message))).statusCode, 401)

  t.same(await kept(), [])
})

t.test('bytes that are no text arrive unchanged, up to five megabytes', async t => {
  const { app, url, kept } = await setup(t)
  const send = (payload: Buffer) =>
    app.inject({
      method: 'POST',
      url,
      headers: { 'x-proof': prove(payload), 'content-type': 'application/json; charset=latin1' },
      payload
    })
  const latin = Buffer.from('[{"id":"m2","text":"\xe9"}]', 'latin1')

  t.equal((await send(latin)).statusCode, 202)
  t.equal((await send(Buffer.alloc(5 * 1024 * 1024 + 1))).statusCode, 413)

  t.equal((await kept()).length, 1)
})

t.test(
  'while its plugin is off or the account is closed, the provider is asked to repeat',
  async t => {
    const { post, kept, sapa, db, account, session } = await setup(t)

    await sapa.plugins.deactivate('obrolan')
    t.equal((await post(message)).statusCode, 503)
    await sapa.plugins.activate('obrolan')
    await until(session)
    t.equal((await post(message)).statusCode, 202)

    await db.updateTable('account').set({ is_enabled: 0 }).where('id', '=', account.id).execute()
    await sapa.plugins.deactivate('obrolan')
    await sapa.plugins.activate('obrolan')
    t.equal((await post('[{"id":"m9","text":"nanti"}]')).statusCode, 503)

    t.equal((await kept()).length, 1)
  }
)

t.test('what cannot be kept or understood is not acknowledged', async t => {
  const { post, kept, db } = await setup(t)

  t.equal((await post('{ini bukan json')).statusCode, 500)
  await sql`create trigger penuh before insert on journal begin select raise(abort, 'disk'); end`.execute(
    db
  )
  const refused = await post(message)
  t.equal(refused.statusCode, 500)
  t.notMatch(refused.payload, /disk|Faktur/)
  await sql`drop trigger penuh`.execute(db)
  t.equal((await post(message)).statusCode, 202)

  t.same(await kept(), ['m1: Faktur belum diterima'])
})
