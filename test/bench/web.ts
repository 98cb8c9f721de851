import SQLite from 'better-sqlite3'
import { databaseFile } from '../../server/db/prepare.ts'
import { removeFolder } from '../support/temporary.ts'
import type { Ask } from './client.ts'
import type { Figure } from './figure.ts'
import { install, type Installation } from './installation.ts'
import { Client, inTurn, type Load } from './load.ts'
import type { Part } from './part.ts'
import { run, type Running } from './process.ts'
import { longThread } from './size.ts'

/** Pages, asked for by one agent and by ten, as fast as they are answered. */
export const web: Part = {
  name: 'web',
  async measure({ size, rounds, seconds }, tell) {
    const place = await install(size)
    const env = { DATA_DIR: place.dataDir }
    const sapa = await run('server/main.js', '/readyz', env)
    const bare = await run('test/bench/bare.js', '/readyz', env)
    const client = new Client()
    const both = (connections: number, ours: Asking, theirs: Asking) =>
      inTurn(rounds, {
        sapa: round => client.load(sapa, connections, seconds, ours(round)),
        bare: round => client.load(bare, connections, seconds, theirs(round))
      })
    try {
      await measureLists(place, both, tell)
      await measurePages(place, both, tell)
      await measureReplies(place, both, tell)
    } finally {
      client.stop()
      await stopAll([sapa, bare])
      removeFolder(place.dataDir)
    }
  }
}

type Asking = (round: number) => Ask[]
type Both = (
  connections: number,
  ours: Asking,
  theirs: Asking
) => Promise<{ sapa: Load; bare: Load }>
type Tell = (figure: Figure) => void

const get = (cookie: string, path: string, encoding?: string): Ask => ({
  ...{ method: 'GET', path, cookie },
  ...(encoding ? { encoding } : {})
})

const cpuBudget = { of: 'ratio', atMost: 3 } as const

async function measureLists({ dataDir, cookies }: Installation, both: Both, tell: Tell) {
  const owner = cookies[0] ?? ''
  const list = () => [get(owner, '/inbox/all')]
  const bareList = () => [get('', '/list')]
  const alone = await both(1, list, bareList)
  tellLoad(tell, 'inbox list, one agent', alone, cpuBudget)
  const ten = () => cookies.slice(0, 10).map(cookie => get(cookie, '/inbox/all'))
  const crowd = await both(10, ten, bareList)
  tell({ what: 'inbox list, ten agents: p99', unit: 'ms', ...pair(crowd, 'p99') })
  tell({ what: 'inbox list, ten agents: requests', unit: '/s', ...pair(crowd, 'perSecond') })

  const before = deepest(dataDir)
  const deep = () => [get(owner, `/inbox/all/rows?before=${before}`)]
  const shallow = () => [get(owner, `/inbox/all/rows`)]
  const rows = await both(1, shallow, bareList)
  const deepRows = await both(1, deep, () => [get('', `/list?before=${before}`)])
  tell({
    what: 'inbox list, deepest page against first: p99',
    unit: 'ms',
    sapa: deepRows.sapa.p99,
    bare: deepRows.bare.p99,
    note: `first page ${rows.sapa.p99.toFixed(1)} ms`
  })
  const packed = await both(1, () => [get(owner, '/inbox/all', 'gzip, deflate, br')], bareList)
  tell({
    what: 'inbox list, compressed for a browser: CPU',
    unit: 'ms',
    sapa: packed.sapa.cpu,
    note: `${(packed.sapa.bytes / 1024).toFixed(1)} KB instead of ${(alone.sapa.bytes / 1024).toFixed(1)}`
  })
}

async function measurePages({ cookies, short }: Installation, both: Both, tell: Tell) {
  const owner = cookies[0] ?? ''
  const path = (id: number) => `/conversations/${id}`
  const shorts = () => short.map(id => get(owner, path(id)))
  const page = await both(1, shorts, shorts)
  tellLoad(tell, 'conversation page, short', page)
  tell({
    what: 'conversation page, short: p99 itself',
    unit: 'ms',
    sapa: page.sapa.p99,
    budget: { of: 'value', atMost: 10 }
  })
  const longs = () => [get(owner, path(longThread.id))]
  const long = await both(1, longs, longs)
  tellLoad(tell, `conversation page, ${longThread.messages} messages`, long)
  tell({
    what: 'conversation page, long to short: CPU',
    unit: 'ms',
    sapa: long.sapa.cpu,
    bare: page.sapa.cpu,
    budget: { of: 'ratio', atMost: 2 },
    note: '(beside Sapa’s short one)'
  })
}

async function measureReplies({ cookies, open }: Installation, both: Both, tell: Tell) {
  let taken = 0
  const asks = (agents: number) => () => {
    const some = open.slice(taken, taken + 400)
    taken = (taken + 400) % Math.max(1, open.length - 400)
    return some.map(({ id, last }, index) => answer(cookies[index % agents] ?? '', id, last))
  }
  const one = await both(1, asks(1), asks(1))
  tellLoad(tell, 'reply, one agent', one)
  const ten = await both(10, asks(10), asks(10))
  tell({ what: 'reply, ten agents: p99', unit: 'ms', ...pair(ten, 'p99') })
  tell({ what: 'reply, ten agents: requests', unit: '/s', ...pair(ten, 'perSecond') })
}

let replies = 0

/** What the composer sends of somebody who has seen everything. */
function answer(cookie: string, id: number, last: number): Ask {
  replies += 1
  return {
    method: 'POST',
    path: `/conversations/${id}/messages`,
    cookie,
    form: {
      ...{ kind: 'reply', seen: '999999999' },
      text: `Baik, kami kirim ulang faktur nomor ${replies} sore ini juga. Terima kasih.`,
      idempotency_key: `bench-${process.pid}-${replies}`,
      message: String(last),
      event: '999999999'
    }
  }
}

function tellLoad(
  tell: Tell,
  what: string,
  loads: { sapa: Load; bare: Load },
  budget?: typeof cpuBudget
) {
  tell({ what: `${what}: CPU`, unit: 'ms', ...pair(loads, 'cpu'), ...(budget ? { budget } : {}) })
  tell({ what: `${what}: p50`, unit: 'ms', ...pair(loads, 'p50') })
  tell({ what: `${what}: p99`, unit: 'ms', ...pair(loads, 'p99') })
  tell({ what: `${what}: requests`, unit: '/s', ...pair(loads, 'perSecond') })
}

const pair = (loads: { sapa: Load; bare: Load }, key: keyof Load) => ({
  sapa: loads.sapa[key],
  bare: loads.bare[key]
})

/** Where the last full page of the open ones begins. */
function deepest(dataDir: string): string {
  const sqlite = new SQLite(databaseFile(dataDir), { readonly: true })
  const row = sqlite
    .prepare(`select last_message_at || '-' || id from conversation where queue = 'open'
      order by last_message_at, id limit 1 offset 41`)
    .pluck()
    .get() as string
  sqlite.close()
  return row
}

async function stopAll(servers: Running[]): Promise<void> {
  for (const server of servers) await server.stop()
}
