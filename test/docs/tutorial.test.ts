import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { root } from '../../server/paths.ts'
import { atExit } from '../support/at-exit.ts'
import { password, read, shop } from '../support/command-world.ts'
import { freePort } from '../support/free-port.ts'
import { startServer, type ServerProcess } from '../support/process.ts'
import { until } from '../support/until.ts'

interface Block {
  /** `sh`, `sh server`, `sh chat`, or `ts file=…`. */
  kind: string
  text: string
}

const page = readFileSync(join(root, 'docs/plugins.md'), 'utf8')
const patience = { everyMs: 200 }

/** The code of one chapter, in order. */
function blocksOf(title: string): Block[] {
  const chapter = page.split(/^## /m).find(part => part.startsWith(title)) ?? ''
  return [...chapter.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({
    kind,
    text
  }))
}

/**
 * Does what the text says and nothing else, on a data folder of its own: `data/` and the two ports are
 * the only words that are read differently. `npm run dev` is the built server with what that script sets.
 */
async function reader(t: Test) {
  const dataDir = await shop(t)
  const providerPort = await freePort()
  let server: ServerProcess | null = null
  const own = (text: string) =>
    text
      .replaceAll(/(?<![\w/])data\//g, `${dataDir}/`)
      .replaceAll('localhost:3000', `127.0.0.1:${server?.port}`)
      .replaceAll('4800', String(providerPort))

  async function start(text: string) {
    const dev = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Scripts).scripts
      .dev
    t.match(text.trim(), /npm run dev$/)
    await server?.stop()
    const words = [...`${own(text)} ${dev}`.matchAll(/\b([A-Z_]+)=(\S+)/g)]
    const env = Object.fromEntries(words.map(([, name = '', value = '']) => [name, value]))
    t.equal(env['SAPA_DEV'], '1')
    server = await startServer(t, { dataDir, env })
  }
  async function shell(text: string) {
    const env = { ...process.env, DATA_DIR: dataDir, PORT: String(server?.port) }
    // The test runner's hooks, which every child inherits, would keep the compiler from starting.
    const words = ['-u', 'NODE_OPTIONS', 'sh', '-ec', own(text)]
    const child = spawn('env', words, { cwd: root, env })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', part => (said += part))
    const code = await new Promise(done => child.once('close', done))
    t.equal(code, 0, `${text}\n${said}`)
  }
  async function chat(text: string) {
    const child = spawn('sh', ['-ec', `exec ${own(text)}`], { cwd: root })
    const forget = atExit(() => child.kill())
    t.teardown(() => (forget(), child.kill()))
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', part => (said += part))
    return {
      type: (line: string) => child.stdin.write(`${line}\n`),
      says: (pattern: RegExp) =>
        until(() => pattern.exec(said), { ...patience, what: `${pattern} in ${said}` })
    }
  }
  function write(name: string, text: string) {
    const file = own(name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, own(text))
  }
  const running = () => {
    if (!server) throw new Error('The text has not started Sapa yet')
    return server
  }
  return { dataDir, start, shell, chat, write, running }
}

interface Scripts {
  scripts: Record<string, string>
}

/** A signed-in browser without a screen. */
async function enter(url: string) {
  const origin = { origin: url }
  const form = (body: Record<string, string>) => ({
    ...{ method: 'POST', redirect: 'manual' as const, body: new URLSearchParams(body) }
  })
  const signed = await fetch(`${url}/sign-in`, {
    ...form({ email: 'sari@toko.example', password }),
    headers: origin
  })
  const cookie = signed.headers.getSetCookie().map(line => line.split(';')[0])
  const headers = { ...origin, cookie: cookie.join('; '), 'accept-language': 'en' }
  return {
    get: async (path: string) => (await fetch(`${url}${path}`, { headers })).text(),
    post: async (path: string, body: Record<string, string>) => {
      const answer = await fetch(`${url}${path}`, { ...form(body), headers })
      return { status: answer.status, body: await answer.text() }
    }
  }
}

t.test('the first panel works as the text says', async t => {
  const { dataDir, start, shell, write, running } = await reader(t)
  const blocks = blocksOf('Your first panel')
  t.same(
    blocks.map(({ kind }) => kind),
    [
      'sh server',
      'sh',
      'json file=data/plugins/tamu/plugin.json',
      'ts file=data/plugins/tamu/index.ts',
      'sh'
    ]
  )
  const [server, make, manifest, code, end] = blocks.map(({ text }) => text) as [
    string,
    string,
    string,
    string,
    string
  ]
  await start(server)
  const { url, stderr } = running()
  const customer = await addCustomer(dataDir, 'Rina <script>')
  await shell(make)
  const browser = await enter(url)
  const card = () => browser.get(`/slots/customer.sidebar/tamu.memo?customer=${customer}`)

  t.match(await browser.get(`/customers/${customer}`), /To remember|Perlu diingat/)
  const first = /hx-post="([^"]+)"/.exec(await card())?.[1] ?? ''
  await browser.post(first, { memo: 'Bayar transfer' })
  t.match(await card(), 'Bayar transfer')

  write('data/plugins/tamu/plugin.json', manifest)
  write('data/plugins/tamu/index.ts', code)
  await until(async () => (await card()).includes('What should we know about'), patience)
  await until(() => stderr.some(line => /^tamu: reloaded in \d+ ms/.test(line)), patience)
  t.match(
    await card(),
    /about Rina &lt;script&gt;\?[\s\S]*Bayar transfer/,
    'what was saved is there'
  )
  const saved = await browser.post(first, { memo: 'Suka kopi gayo' })
  t.match(saved, { status: 200, body: /Suka kopi gayo/ })
  t.equal((await browser.post('/p/tamu/customers/999/memo', { memo: 'x' })).status, 404)

  await shell(end)
  t.notOk(/Guest book|Buku tamu/.test(await browser.get(`/customers/${customer}`)))
})

t.test('the first channel works as the text says', async t => {
  const { dataDir, start, shell, chat, write, running } = await reader(t)
  const blocks = blocksOf('Your first channel')
  t.same(
    blocks.map(({ kind }) => kind),
    [
      'js file=data/kios.mjs',
      'sh server',
      'sh',
      'sh chat',
      'ts file=data/plugins/kios/index.ts',
      'sh'
    ]
  )
  const [provider, server, make, talk, code, end] = blocks.map(({ text }) => text) as [
    string,
    string,
    string,
    string,
    string,
    string
  ]
  write('data/kios.mjs', provider)
  await start(server)
  await shell(make)
  const kios = await chat(talk)
  const find = (text: string) =>
    read(dataDir, db =>
      db
        .selectFrom('message')
        .selectAll()
        .where('text', 'like', text)
        .orderBy('id', 'desc')
        .executeTakeFirst()
    )

  // The line of a new account opens within seconds; until then its provider is asked to come again.
  await until(
    async () => {
      kios.type('Kopi gayo masih ada?')
      await kios.says(/delivered|refused with/)
      return find('Kopi gayo masih ada?')
    },
    { ...patience, everyMs: 1000 }
  )
  await kios.says(/delivered/)
  const message = await until(() => find('Kopi gayo masih ada?'), patience)
  const browser = await enter(running().url)
  t.match(
    await browser.get(`/conversations/${message.conversation_id}`),
    /Rina[\s\S]*Kopi gayo masih ada\?/
  )

  const newest = (await find('Kopi gayo masih ada?'))?.id ?? 0
  const answer = {
    kind: 'reply',
    text: 'Masih, Kak.',
    idempotency_key: 'masih-ada-1',
    seen: String(newest)
  }
  t.equal(
    (await browser.post(`/conversations/${message.conversation_id}/messages`, answer)).status,
    303
  )
  await kios.says(/Sapa: Masih, Kak\./)

  kios.type('/location -6.2 106.8')
  await until(
    () =>
      read(dataDir, db =>
        db
          .selectFrom('message')
          .select('id')
          .where('remote_id', 'is not', null)
          .where('text', 'not like', 'Kopi%')
          .where('kind', '=', 'inbound')
          .executeTakeFirst()
      ),
    { ...patience, what: 'a placeholder for what the channel does not know' }
  )
  write('data/plugins/kios/index.ts', code)
  await until(() => running().stderr.some(line => /^kios: reloaded/.test(line)), patience)
  await until(
    async () => {
      kios.type('/location -6.2 106.8')
      return find('%openstreetmap.org/?mlat=-6.2&mlon=106.8%')
    },
    { ...patience, everyMs: 1000 }
  )

  await shell(end)
})

async function addCustomer(dataDir: string, name: string): Promise<number> {
  const { openDb } = await import('../../server/db/open.ts')
  const { databaseFile } = await import('../../server/db/prepare.ts')
  const { make } = await import('../support/factory.ts')
  const db = openDb(databaseFile(dataDir))
  try {
    return (await make.customer(db, { name })).id
  } finally {
    await db.destroy()
  }
}
