import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import SQLite from 'better-sqlite3'
import { pino } from 'pino'
import { startSapa } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { Calls } from '../../server/plugin-host/call/call.ts'
import { FaultLog } from '../../server/plugin-host/call/fault-log.ts'
import { Hooks } from '../../server/plugin-host/hook/hooks.ts'
import { dropPlugin } from '../support/plugin.ts'
import { layPrepared } from '../support/prepared.ts'
import { makeFolder, removeFolder } from '../support/temporary.ts'
import { median } from './figure.ts'
import { install } from './installation.ts'
import { Client, inTurn } from './load.ts'
import type { Part } from './part.ts'
import { run } from './process.ts'

/** What plugins cost those who have them, and those who do not. */
export const plugins: Part = {
  name: 'plugins',
  async measure(options, tell) {
    await measureHooks(tell)
    await measureSlots(options, tell)
    await measureCycles(tell)
    await measureStart(options, tell)
  }
}

type Tell = Parameters<Part['measure']>[1]
type Options = Parameters<Part['measure']>[0]

const facts = { conversation: 1, customer: 1, channel: 'email', account: 1, agent: 1 }
const draft = { text: 'Teknisi datang besok pukul sepuluh.' }

async function measureHooks(tell: Tell): Promise<void> {
  const clock = () => new Date()
  const log = pino({ level: 'silent' })
  const db = openDb(':memory:')
  const kinds = [
    ['returns at once', (value: unknown) => value],
    ['returns a promise', async (value: unknown) => value]
  ] as const
  for (const count of [0, 1, 20]) {
    for (const [how, work] of kinds) {
      if (count === 0 && how !== 'returns at once') continue
      const faults = new FaultLog(db, log, clock)
      const hooks = new Hooks(new Calls({ faults, clock, isTraced: false, onHopeless: () => {} }))
      for (let n = 0; n < count; n++) {
        const title = { en: 'Bench', id: 'Ukur' }
        const handler = { plugin: `ukur-${n}`, title, priority: 10, timeoutMs: 2_000, work }
        hooks.addFilter('message.outbound', handler)
      }
      const filter = () => hooks.filter('message.outbound', draft, facts)
      const rounds = count === 20 ? 2_000 : 20_000
      await repeat(filter, rounds)
      const sapa = await repeat(filter, rounds)
      const bare = await repeat(async () => {
        let value: unknown = draft
        for (let n = 0; n < count; n++) value = await work(value)
      }, rounds)
      const handlers = count === 0 ? 'no handler' : `${count} × ${how}`
      tell({ what: `a filter, ${handlers}`, unit: 'µs', sapa, bare })
    }
  }
  await db.destroy()
}

/** Mean of one call, microseconds. */
async function repeat(work: () => Promise<unknown>, times: number): Promise<number> {
  const start = performance.now()
  for (let n = 0; n < times; n++) await work()
  return ((performance.now() - start) * 1_000) / times
}

const card = `async ({ customer }, viewer) => sapa.html\`<ul class="orders">\${
  ['Mesin cuci', 'Oven', 'Kipas'].map(what => sapa.html\`<li><div class="orders__main">
  <span>\${what} \${customer}</span><small>\${viewer.locale}</small></div></li>\`)}</ul>\``

const tenSlots = `for (let n = 0; n < 10; n++) sapa.slot('customer.sidebar', {
  id: 's' + n, title: { en: 'Orders', id: 'Pesanan' }, mode: 'inline', render: ${card} })`

async function measureSlots({ size, rounds, seconds }: Options, tell: Tell): Promise<void> {
  const places = [await install(size), await install(size)] as const
  dropActive(places[1].dataDir, 'kartu', tenSlots, { provides: ['slot:customer.sidebar'] })
  const servers = await Promise.all(
    places.map(place => run('server/main.js', '/readyz', { DATA_DIR: place.dataDir }))
  )
  const [none, ten] = servers
  const client = new Client()
  try {
    if (!none || !ten) return
    const asks = places[0].short.map(id => ({
      ...{ method: 'GET' as const, path: `/conversations/${id}` },
      cookie: places[0].cookies[0] ?? ''
    }))
    const loads = await inTurn(rounds, {
      ten: () => client.load(ten, 1, seconds, asks),
      none: () => client.load(none, 1, seconds, asks)
    })
    const pair = (key: 'p50' | 'p99' | 'cpu') => ({ sapa: loads.ten[key], bare: loads.none[key] })
    const note = '(beside the page without plugins)'
    tell({ what: 'conversation page, 10 inline slots: p50', unit: 'ms', ...pair('p50'), note })
    tell({ what: 'conversation page, 10 inline slots: p99', unit: 'ms', ...pair('p99'), note })
    tell({ what: 'conversation page, 10 inline slots: CPU', unit: 'ms', ...pair('cpu'), note })
  } finally {
    client.stop()
    for (const server of servers) await server.stop()
    for (const place of places) removeFolder(place.dataDir)
  }
}

const everything = `sapa.route({ method: 'GET', path: '/a', access: 'agent', handle: async () => ({}) })
  sapa.jobs.handle('sapu', async () => {}); sapa.jobs.every('sapu', '0 * * * *')
  sapa.filter('message.inbound', v => v); sapa.on('message.received', () => {})
  sapa.slot('customer.sidebar', { id: 'a', title: { en: 'A', id: 'A' }, render: () => sapa.html\`<p>a</p>\` })`

async function measureCycles(tell: Tell): Promise<void> {
  const dataDir = makeFolder()
  await layPrepared(dataDir)
  dropPlugin(dataDir, 'ulang', everything, { manifest: { provides: ['slot:customer.sidebar'] } })
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' })
  const log = pino({ level: 'silent' })
  const { sapa, close } = await startSapa(config, { log, isIdle: true })
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const cycle = async (times: number) => {
    for (let n = 0; n < times; n++) {
      await sapa.plugins.activate('ulang')
      await sapa.plugins.deactivate('ulang')
    }
    collect()
    await new Promise(setImmediate)
    collect()
    return process.memoryUsage().heapUsed / 2 ** 20
  }
  const before = await cycle(20)
  const start = performance.now()
  const after = await cycle(100)
  const ms = (performance.now() - start) / 100
  tell({ what: 'heap after 100 activation cycles, more', unit: 'MB', sapa: after - before })
  tell({ what: 'one activation and deactivation', unit: 'ms', sapa: ms })
  await close()
  removeFolder(dataDir)
}

async function measureStart({ size, rounds }: Options, tell: Tell): Promise<void> {
  const [few, many] = [await install(size), await install(size)]
  const filler = `/* ${'x'.repeat(100_000)} */ ${everything}`
  for (let n = 0; n < 30; n++) {
    dropActive(many.dataDir, `ukur-${n}`, filler, { provides: ['slot:customer.sidebar'] })
  }
  const seen: Record<'few' | 'many', { ms: number; rss: number }[]> = { few: [], many: [] }
  for (let round = -1; round < Math.max(rounds, 3); round++) {
    for (const [name, place] of [['few', few] as const, ['many', many] as const]) {
      const server = await run('server/main.js', '/readyz', { DATA_DIR: place.dataDir })
      await new Promise(resolve => setTimeout(resolve, 1_000))
      // The first start copies the plugins into their versions.
      if (round >= 0) seen[name].push({ ms: server.startMs, rss: server.rssMb() })
      await server.stop()
    }
  }
  const middle = (name: 'few' | 'many', key: 'ms' | 'rss') =>
    median(seen[name].map(one => one[key]))
  const pair = (key: 'ms' | 'rss') => ({ sapa: middle('many', key), bare: middle('few', key) })
  const note = '(beside the start without them)'
  tell({ what: 'start with 30 plugins of 100 KB', unit: 'ms', ...pair('ms'), note })
  tell({ what: 'idle RSS with 30 plugins of 100 KB', unit: 'MB', ...pair('rss'), note })
  for (const place of [few, many]) removeFolder(place.dataDir)
}

function dropActive(dataDir: string, id: string, code: string, manifest: object): void {
  dropPlugin(dataDir, id, code, { manifest })
  const sqlite = new SQLite(databaseFile(dataDir))
  sqlite
    .prepare(`insert into plugin (id, version, is_active, state_since) values (?, '1.2.0', 1, ?)`)
    .run(id, Date.now())
  sqlite.close()
}
