import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createApiToken } from '../../server/agent/api-token.ts'
import { createOwner } from '../../server/agent/create-owner.ts'
import { startSapa } from '../../server/app.ts'
import { createAccount } from '../../server/channel/account/create.ts'
import { readConfig } from '../../server/config.ts'
import { damage, wrongConversations, wrongCounters } from '../journey/ledger.ts'
import { fileMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'
import { startServer } from '../support/process.ts'
import { readRows } from '../support/product.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

t.setTimeout(fileMs)
const owner = { email: 'sari@toko.example', password: 'sebuah kalimat yang panjang' }
const version = (n: number) => ({ manifest: { version: `1.${n}.0` } })

const chat = `sapa.channel({
  type: 'obrolan', label: { en: 'Chat', id: 'Obrolan' }, icon: 'message', identityKinds: ['external'],
  settings: {}, hasWebhook: true,
  capabilities: () => ({ text: { maxLength: 4000, format: 'plain' }, attachments: { perStep: 1, maxBytes: 1000, withText: true },
    hasSubject: false, hasCopies: false, startsBy: [], sendsNotices: false, receipts: { delivered: false, read: false },
    isIdempotent: true, rate: { perMinute: 60, parallel: 1 }, undoSeconds: 5 }),
  parse(raw) {
    const { id, from, text, at } = JSON.parse(Buffer.from(raw.body).toString())
    return [{ type: 'message', key: id, at, remoteId: id, threadKey: from, text,
      from: [{ kind: 'external', value: from, namespace: 'obrolan', verified: true }] }]
  },
  open: async () => ({
    webhook: ({ body }) => ({ accept: [{ key: JSON.parse(Buffer.from(body).toString()).id, body }] }),
    send: async () => ({ remoteId: 'x', status: 'sent' }),
    close: async () => {}
  }) })`

const neighbour = `
  sapa.page({ path: '/daftar', title: { en: 'List', id: 'Daftar' }, access: 'agent', nav: { icon: 'star' },
    handle: async () => sapa.html\`<p>Tetangga sehat</p>\` })
  sapa.consume('message.received', 'hitung', async () => {})`

/** Comes and goes: with a filter in the way of each message, a card on each page, and a timer. */
const restless = `
  sapa.filter('message.inbound', async value => { await new Promise(setImmediate); return value })
  sapa.slot('customer.header', { id: 'a', title: { en: 'A', id: 'A' }, render: async () => sapa.html\`<i>a</i>\` })
  sapa.on('message.received', async () => { await new Promise(setImmediate) })
  sapa.consume('message.received', 'a', async () => {})
  const timer = setInterval(() => {}, 5)
  sapa.own(() => clearInterval(timer))`

/** A shop whose owner has switched everything on; the process comes afterwards. */
async function furnish(dataDir: string) {
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' })
  const { sapa, close } = await startSapa(config, { isIdle: true, log: pino({ level: 'silent' }) })
  const now = new Date()
  const agent = await createOwner(sapa.db, { ...owner, name: 'Ibu Sari' }, now)
  dropPlugin(dataDir, 'obrolan', chat, { manifest: { provides: ['channel:obrolan'] } })
  dropPlugin(dataDir, 'tetangga', neighbour)
  dropPlugin(dataDir, 'gelisah', restless, version(0))
  for (const id of ['obrolan', 'tetangga', 'gelisah']) {
    const { state, reason } = await sapa.plugins.activate(id)
    if (state !== 'active') throw new Error(`${id}: ${reason}`)
  }
  const form = { type: 'obrolan', name: 'Toko Cahaya', form: {} }
  const account = await createAccount(sapa.db, sapa, form, now)
  const { token } = await createApiToken(sapa.db, { agentId: agent.id, name: 'Uji' }, now)
  await close()
  return { hook: `/hooks/obrolan/${account.id}/${account.webhook_secret}`, token }
}

async function setup(t: Test) {
  const dataDir = temporaryFolder(t)
  const { hook, token } = await furnish(dataDir)
  const server = await startServer(t, { dataDir, env: { LOG_LEVEL: 'error' } })
  const entered = await fetch(`${server.url}/sign-in`, {
    ...{ method: 'POST', redirect: 'manual' as const, body: new URLSearchParams(owner) },
    headers: { 'sec-fetch-site': 'same-origin' }
  })
  const cookie = entered.headers
    .getSetCookie()
    .map(one => one.split(';')[0])
    .join('; ')
  const headers = { cookie, accept: 'text/html', 'sec-fetch-site': 'same-origin' }
  const get = (path: string) => fetch(server.url + path, { headers, redirect: 'manual' })
  const send = (body: object) =>
    fetch(server.url + hook, { method: 'POST', body: JSON.stringify(body) })
  const call = async (method: string, path: string) => {
    const isChosen = path.endsWith('/version')
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(isChosen && { 'content-type': 'application/json' })
      },
      ...(isChosen && { body: '{}' })
    })
    const body = (await response.json()) as { state?: string; version?: string }
    if (response.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`)
    return body
  }
  const rows = <Row>(query: string): Row[] => readRows(dataDir, query)
  return { server, dataDir, get, send, call, rows }
}

t.test('plugins come, go and change under load, and nobody notices', async t => {
  const { server, dataDir, get, send, call, rows } = await setup(t)
  await until(async () => (await send({ id: 'a0', from: 'ratna', text: 'Halo', at: 1 })).ok)
  const failed: string[] = []
  const asked: string[] = ['a0']
  const over = new AbortController()
  let [refusals, pages] = [0, 0]

  /** A provider: the same again until it is taken, after 503 alone. */
  async function provider(name: string) {
    for (let n = 0; !over.signal.aborted; n++) {
      const id = `${name}-${n}`
      asked.push(id)
      for (let isTaken = false; !isTaken;) {
        const response = await send({
          id,
          // Over sixty of one customer are held back as a flood.
          from: `${name}${n % 40}`,
          text: `Pesan ${id}`,
          at: Date.now()
        })
        await response.arrayBuffer()
        isTaken = response.status === 200
        if (isTaken) continue
        refusals += 1
        const isAsked = response.status === 503 && response.headers.get('retry-after') === '60'
        if (!isAsked) failed.push(`${id} ${response.status}`)
        if (!isAsked) break
        await pause(20)
      }
      await pause(60)
    }
  }

  async function reader(path: string, expected: RegExp) {
    for (; !over.signal.aborted; pages++) {
      const response = await get(path)
      const body = await response.text()
      if (response.status !== 200 || !expected.test(body)) failed.push(`${path} ${response.status}`)
      await pause(300)
    }
  }

  const busy = [
    ...['budi', 'tuti'].map(provider),
    reader('/inbox/all', /Toko Cahaya|Halo|Pesan/),
    reader('/conversations/1', /Halo/),
    reader('/p/tetangga/daftar', /Tetangga sehat/),
    reader('/plugins', /plugin-tetangga/)
  ]
  for (let n = 0; n < 50; n++) {
    t.equal((await call('DELETE', '/plugins/gelisah/activation')).state, 'installed')
    t.equal((await call('PUT', '/plugins/gelisah/activation')).state, 'active')
    if (n % 5 === 2) {
      const next = n / 5 + 0.6
      dropPlugin(dataDir, 'gelisah', `${restless} /* ${n} */`, version(next))
      await get('/plugins')
      t.match(await call('PUT', '/plugins/gelisah/version'), { version: `1.${next}.0` })
    }
    if (n % 10 === 5) {
      t.equal((await call('DELETE', '/plugins/obrolan/activation')).state, 'installed')
      await until(() => refusals > n / 10, { what: 'a provider that is told to come back' })
      t.equal((await call('PUT', '/plugins/obrolan/activation')).state, 'active')
    }
  }
  const accepted = asked.length
  await until(() => asked.length > accepted, { what: 'messages after the last change' })
  over.abort()
  await Promise.all(busy)
  const pending = () => rows<{ id: number }>("select id from journal where state = 'pending'")
  await until(() => pending().length === 0, { what: 'an empty journal' })

  t.same(failed, [])
  t.ok(refusals > 0, 'the channel was off now and then')
  t.comment(`${asked.length} messages, ${refusals} refusals, ${pages} pages`)
  const kept = rows<{ remote_id: string }>("select remote_id from message where kind = 'inbound'")
  t.same(kept.map(row => row.remote_id).toSorted(), asked.toSorted(), 'each once')
  t.same([wrongCounters({ rows }), wrongConversations({ rows }), damage({ rows })], [[], [], []])
  t.same(rows('select plugin_id, text from plugin_fault'), [], 'no plugin has failed')
  t.equal(await server.stop(), 0)
})
