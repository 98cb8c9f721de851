import { createHmac } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { createAccount } from '../../server/channel/account/create.ts'
import type { CustomerRecord } from '../../server/plugin-api/records.ts'
import { inboxWorld } from '../inbox/world.ts'
import { setup } from '../support/app.ts'
import type { Report } from '../../server/plugin-kit/report.ts'
import { sapa } from '../support/command.ts'
import { refused, shop } from '../support/command-world.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { typeCheck } from '../support/type-check.ts'
import { until } from '../support/until.ts'

/** As its author would, into the drop zone of an installation. */
async function writeInto(t: Test, dataDir: string, name: string, kind: string): Promise<string> {
  const done = await sapa(dataDir, ['plugin', 'new', name, kind])
  t.match(done, { code: 0, err: /README\.md/ })
  const folder = done.out.trim()
  t.equal(folder, join(dataDir, 'plugins', name))
  t.same(typeCheck(folder, '-p', folder), { status: 0, said: '' }, 'its types are right')
  return folder
}

t.test('a written panel is seen, used and forgotten with its customer', async t => {
  const { app, as, sapa: running, dataDir, mail } = await inboxWorld(t)
  const [conversation, other] = [await mail(), await mail({ name: 'Budi' })]
  await writeInto(t, dataDir, 'ingat', '--panel')
  t.match(await running.plugins.activate('ingat'), { state: 'active', reason: null })
  const get = async (url: string) => (await app.inject(as.agent({ method: 'GET', url }))).body
  const card = (id: number) => get(`/slots/customer.sidebar/ingat.memo?conversation=${id}`)
  const post = (address: string, memo: string, headers = {}, who = as.agent) =>
    app.inject(
      who({
        ...{ method: 'POST', url: address, payload: new URLSearchParams({ memo }).toString() },
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }
      })
    )

  t.match(await get(`/conversations/${conversation}`), /To remember[\s\S]*Ingat/)
  const address = /hx-post="([^"]+)"/.exec(await card(conversation))?.[1] ?? ''
  t.match(address, /^\/p\/ingat\/customers\/\d+\/memo$/)
  const saved = await post(address, '<b>Bayar</b> transfer', { 'hx-request': 'true' })

  t.equal(saved.statusCode, 200)
  t.match(saved.body, '&lt;b&gt;Bayar&lt;/b&gt; transfer', 'the answer is the card')
  t.match(await card(conversation), '&lt;b&gt;Bayar')
  t.notMatch(await card(other), 'Bayar')
  t.match(await post(address, 'Bayar tunai'), { statusCode: 302 }, 'works without scripts')
  t.equal((await post(address, 'x', {}, as.guest)).statusCode, 403)
  t.equal((await post('/p/ingat/customers/nol/memo', 'x')).statusCode, 404)

  const id = Number(/\d+/.exec(address)?.[0])
  const customer = { id } as CustomerRecord
  const { personal } = running.plugins.offers
  t.match(await personal.export('ingat', customer), { records: { memo: 'Bayar tunai' } })
  await running.plugins.deactivate('ingat')
  t.notMatch(await get(`/conversations/${conversation}`), /To remember/)
  t.equal((await post(address, 'x')).statusCode, 404)
})

/** A provider as the template describes it. */
async function startProvider(t: Test) {
  const taken: unknown[] = []
  const server = createServer((request: IncomingMessage, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.headers.authorization !== 'Bearer token-kios') return answer(401, {})
    if (request.method === 'GET') return answer(200, { id: 'kios', name: 'Kios Rina' })
    void json(request).then(body => {
      taken.push(body)
      answer(200, { id: `keluar-${taken.length}` })
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  return { taken, url: `http://127.0.0.1:${port}` }
}

t.test('a written channel brings messages in and takes answers out', async t => {
  const env = { ALLOW_PRIVATE_HOSTS: '127.0.0.1' }
  const world = await setup(t, { isIdle: false, env, now: new Date() })
  const { app, as, db, sapa: running, dataDir, clock } = world
  await writeInto(t, dataDir, 'kios-wa', '--channel')
  t.match(await running.plugins.activate('kios-wa'), { state: 'active', reason: null })
  const provider = await startProvider(t)
  const form = { server: provider.url, token: 'token-kios', key: 'kunci-kios' }
  const account = await createAccount(
    db,
    running,
    { type: 'kios-wa', name: 'Kios', form },
    new Date()
  )
  await until(() => running.supervisor.session(account.id))
  const address = `/hooks/kios-wa/${account.id}/${account.webhook_secret}`
  const page = await app.inject(
    as.admin({ method: 'GET', url: `/settings/accounts/${account.id}` })
  )
  t.match(page.body, `value="http://localhost:0${address}"`, 'the page says where to call')
  const call = (body: string, key = 'kunci-kios') =>
    app.inject({
      ...{ method: 'POST', url: address, payload: body },
      headers: { 'x-signature': createHmac('sha256', key).update(body).digest('hex') }
    })
  const at = Date.now()
  const item = { type: 'message', id: 'm1', from: '+6281234567890', name: 'Rina', at }

  const text = 'Kopi gayo masih ada?'
  t.equal((await call(JSON.stringify([{ ...item, text }]), 'kunci-salah')).statusCode, 401)
  t.equal((await call(JSON.stringify([{ ...item, text }]))).statusCode, 200)
  const message = await until(() =>
    db.selectFrom('message').selectAll().where('text', '=', text).executeTakeFirst()
  )
  const url = `/conversations/${message.conversation_id}/messages`
  const seen = { idempotency_key: 'masih-ada-1', seen: [message.id] }
  const payload = { kind: 'reply', text: 'Masih, Kak.', ...seen }
  const sent = await app.inject(as.agent({ method: 'POST', url, payload }))
  t.equal(sent.statusCode, 303)
  await until(() => {
    clock.forward(500) // over the undo window
    return provider.taken.length > 0
  })

  t.match(provider.taken, [{ to: '+6281234567890', text: 'Masih, Kak.' }])
})

t.test('what is written passes its own tests and the kit', async t => {
  const folder = temporaryFolder(t)
  const write = (...words: string[]) => sapa(folder, ['plugin', 'new', ...words, '--dir', folder])
  t.match(await write('ingat', '--panel'), { code: 0 })
  t.match(await write('kios-wa', '--channel'), { code: 0 })
  const test = (name: string, ...words: string[]) =>
    sapa(folder, ['plugin', 'test', join(folder, name), ...words])

  t.match(await test('ingat'), { code: 0, out: /pass 4/ })
  const bronze = Array.from({ length: 21 }, (_, at) => at + 1)
  const { code, out } = await test('kios-wa', '--json', '--only', bronze.join(','))
  t.equal(code, 0)
  const { cases } = JSON.parse(out) as Report
  const open = cases.filter(one => bronze.includes(one.number) && one.outcome !== 'passed')
  t.same(
    open.filter(one => one.outcome !== 'not applicable'),
    [],
    'bronze'
  )
})

t.test('what cannot be written is refused, and nothing is left', async t => {
  const folder = temporaryFolder(t)
  const write = (...words: string[]) => sapa(folder, ['plugin', 'new', '--dir', folder, ...words])
  mkdirSync(join(folder, 'kartu'))

  refused(t, await write('kartu'), /--channel or --panel/)
  refused(t, await write('kartu', '--channel', '--panel'), /--channel or --panel/)
  refused(t, await write('kartu', '--panel'), /is there already/)
  refused(t, await write('email', '--channel'), /comes with Sapa/)
  refused(t, await write('agent', '--panel'), /reserved/)
  for (const name of ['A', 'a', 'kartu saya', '../kartu', 'x'.repeat(40), '.', '9x']) {
    refused(t, await write(name, '--panel'), /cannot be the name/)
  }
  t.same(readdirSync(folder), ['kartu'])
  t.same(readdirSync(join(folder, 'kartu')), [])
})

t.test('it is written where the installation finds it', async t => {
  const dataDir = await shop(t)
  const done = await sapa(dataDir, ['plugin', 'new', 'kartu', '--panel'])

  t.equal(done.out.trim(), join(dataDir, 'plugins', 'kartu'))
  const { out } = await sapa(dataDir, ['plugin', 'list', '--json'])
  const found = (JSON.parse(out) as { id: string; state: string }[]).find(
    ({ id }) => id === 'kartu'
  )
  t.match(found, { state: 'installed' })
})
