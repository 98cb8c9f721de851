import { fork, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { databaseFile } from '../../server/db/prepare.ts'
import { root } from '../../server/paths.ts'
import { atExit } from '../support/at-exit.ts'
import { removeFolder } from '../support/temporary.ts'
import type { Crowd, Told } from './chat-crowd.ts'
import { quantile } from './figure.ts'
import { install, type Installation } from './installation.ts'
import { Client } from './load.ts'
import type { Part } from './part.ts'
import { run, type Running } from './process.ts'

const visitors = 10_000
const talkers = 200
const perSecond = 20
const lateMs = 30_000

/** Ten thousand visitors have the chat open, and some of them talk. */
export const chat: Part = {
  name: 'chat',
  async measure({ size, seconds }, tell) {
    const place = await install(size)
    const env = { DATA_DIR: place.dataDir, TRUST_PROXY: '127.0.0.1' }
    const widget = await prepare(place, env)
    const sapa = await run('server/main.js', '/readyz', env)
    const bare = await run('test/bench/chat-bare.js', '/readyz', {})
    const client = new Client()
    const pages = () => client.load(sapa, 1, Math.max(seconds, 5), pagesOf(place))
    await pages() // warms up
    const alone = await pages()
    const memory = { sapa: sapa.rssMb(), bare: bare.rssMb() }

    const ours = await Listeners.of({ port: sapa.port, heads: headsOf(sapa, widget.key) })
    const theirs = await Listeners.of({ port: bare.port, heads: bareHeads() })
    const growth = { sapa: sapa.rssMb() - memory.sapa, bare: bare.rssMb() - memory.bare }
    const note = `${sapa.rssMb().toFixed(0)} MB in all`
    tell({ what: `memory for ${visitors} visitors`, unit: 'MB', ...growth, note })

    const talk = new Talk(sapa, place, widget)
    await talk.begin()
    const rounds = Math.max(seconds, 5) * perSecond
    const [delivered, beside] = await Promise.all([
      ours.times(rounds, mark => talk.turn(mark)),
      pages()
    ])
    const bareTimes = await theirs.times(rounds, mark => tellBare(bare, mark))
    const what = `an answer reaches the visitor, ${perSecond}/s`
    const at = (share: number) => ({
      sapa: quantile(delivered, share),
      bare: quantile(bareTimes, share)
    })
    tell({ what: `${what}: p50`, unit: 'ms', ...at(0.5) })
    const budget = { of: 'value' as const, atMost: 250 }
    tell({ what: `${what}: p99`, unit: 'ms', ...at(0.99), budget })
    tell({ what: 'a message is taken: p99', unit: 'ms', sapa: quantile(talk.taken, 0.99) })
    // Here `bare` is Sapa itself without visitors.
    const how = 'beside the same without visitors'
    tell({
      what: 'pages of an agent meanwhile: p50',
      unit: 'ms',
      sapa: beside.p50,
      bare: alone.p50,
      note: how
    })
    tell({
      what: 'pages of an agent meanwhile: p99',
      unit: 'ms',
      sapa: beside.p99,
      bare: alone.p99,
      note: how
    })

    for (const end of [ours, theirs, client]) end.stop()
    await sapa.stop()
    await bare.stop()
    removeFolder(place.dataDir)
  }
}

interface Widget {
  id: number
  key: string
}

const tokenOf = (visitor: number) =>
  createHash('sha256').update(`visitor ${visitor}`).digest('base64url')

/** Lets Sapa make the widget, then lays ten thousand visitors behind it. */
async function prepare(place: Installation, env: Record<string, string>): Promise<Widget> {
  const first = await run('server/main.js', '/readyz', env)
  const sqlite = new SQLite(databaseFile(place.dataDir))
  const find = sqlite.prepare('select account_id as id, key from webchat_widget')
  const end = Date.now() + lateMs
  while (!find.get() && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 50))
  await first.stop()
  const widget = find.get() as Widget
  const now = Date.now()
  const visitor = sqlite.prepare(`insert into webchat_visitor
    (account_id, public_id, created_at, seen_at) values (?, ?, ?, ?)`)
  const token = sqlite.prepare(`insert into webchat_token
    (hash, account_id, visitor_id, created_at, seen_at) values (?, ?, ?, ?, ?)`)
  sqlite.transaction(() => {
    for (let n = 0; n < visitors; n++) {
      const row = visitor.run(widget.id, `ukur-${n}`, now, now)
      const hash = createHash('sha256').update(tokenOf(n)).digest('hex')
      token.run(hash, widget.id, row.lastInsertRowid, now, now)
    }
  })()
  sqlite.close()
  return widget
}

const addressOf = (visitor: number) =>
  `10.${visitor >> 16}.${(visitor >> 8) & 255}.${visitor & 255}`

function headsOf({ port }: Running, key: string): string[] {
  return Array.from({ length: visitors }, (_, n) =>
    [
      ...[`GET /chat/${key}/stream HTTP/1.1`, `Host: 127.0.0.1:${port}`],
      ...[`Authorization: Bearer ${tokenOf(n)}`, `X-Forwarded-For: ${addressOf(n)}`],
      ...['Accept: text/event-stream', 'Sec-Fetch-Site: same-origin']
    ].join('\r\n')
  )
}

const bareHeads = () =>
  Array.from({ length: visitors }, (_, n) => `GET /stream?v=${n} HTTP/1.1\r\nHost: bare`)

async function tellBare({ port }: Running, mark: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/tell?v=${mark % talkers}&mark=${mark}`
  await (await fetch(url, { method: 'POST' })).text()
}

const pagesOf = (place: Installation) =>
  ['/inbox/all', ...place.open.slice(0, 20).map(({ id }) => `/conversations/${id}`)].map(path => ({
    ...{ method: 'GET' as const, path, cookie: place.cookies[1] ?? '' }
  }))

/** Visitors who write, and the agent who answers them. */
class Talk {
  readonly taken: number[] = []
  readonly #sapa: Running
  readonly #place: Installation
  readonly #widget: Widget
  #conversations: number[] = []

  constructor(sapa: Running, place: Installation, widget: Widget) {
    this.#sapa = sapa
    this.#place = place
    this.#widget = widget
  }

  /** Everybody who will be answered has written once. */
  async begin(): Promise<void> {
    for (let n = 0; n < talkers; n++) await this.#write(n)
    this.taken.length = 0
    const sqlite = new SQLite(databaseFile(this.#place.dataDir), { readonly: true })
    const find = sqlite
      .prepare(`select id from conversation where account_id = ? order by id`)
      .pluck()
    const end = Date.now() + lateMs
    while (this.#conversations.length < talkers) {
      if (Date.now() > end) throw new Error(`only ${this.#conversations.length} conversations`)
      await new Promise(resolve => setTimeout(resolve, 100))
      this.#conversations = find.all(this.#widget.id) as number[]
    }
    sqlite.close()
  }

  /** One answer of the agent, and one message of another visitor. */
  async turn(mark: number): Promise<void> {
    await Promise.all([this.#answer(mark), this.#write((mark + 100) % talkers)])
  }

  async #write(visitor: number): Promise<void> {
    const from = performance.now()
    const response = await fetch(this.#url(`/chat/${this.#widget.key}/messages`), {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${tokenOf(visitor)}`, 'content-type': 'application/json' },
        ...{ 'x-forwarded-for': addressOf(visitor), 'sec-fetch-site': 'same-origin' }
      },
      body: JSON.stringify({ clientId: crypto.randomUUID(), text: 'Barangnya ada?', files: [] })
    })
    await response.text()
    if (response.status !== 202) throw new Error(`a message was answered ${response.status}`)
    this.taken.push(performance.now() - from)
  }

  async #answer(mark: number): Promise<void> {
    const id = this.#conversations[mark % talkers] ?? 0
    const response = await fetch(this.#url(`/conversations/${id}/messages`), {
      method: 'POST',
      headers: {
        ...{ cookie: this.#place.cookies[0] ?? '', accept: 'text/html' },
        ...{ 'hx-request': 'true', 'sec-fetch-site': 'same-origin' }
      },
      body: new URLSearchParams({
        ...{ kind: 'reply', text: `Baik, kami kabari sore ini. «${mark}»` },
        ...{ seen: '999999999', message: '999999999', event: '999999999' },
        idempotency_key: `chat-${process.pid}-${mark}`
      })
    })
    await response.text()
    if (response.status !== 200) throw new Error(`a reply was answered ${response.status}`)
  }

  #url(path: string): string {
    return `http://127.0.0.1:${this.#sapa.port}${path}`
  }
}

/** Everybody who has a stream open, in a process of their own. */
class Listeners {
  readonly #child: ChildProcess
  #heard: (mark: number, at: number) => void = () => {}

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on('message', (told: Told) => {
      if ('mark' in told) this.#heard(Number(told.mark), told.at)
    })
  }

  static async of(crowd: Crowd): Promise<Listeners> {
    const child = fork(join(root, 'dist/test/bench/chat-crowd.js'))
    atExit(() => child.kill('SIGKILL'))
    const listeners = new Listeners(child)
    const standing = new Promise<{ open: number; refused: number }>(resolve =>
      child.on('message', (told: Told) => {
        if ('open' in told) resolve(told)
      })
    )
    child.send(crowd)
    const { open, refused } = await standing
    if (refused > 0) throw new Error(`${refused} of ${open + refused} streams were refused`)
    return listeners
  }

  /** Milliseconds from each act to its arrival, `perSecond` acts a second. */
  async times(count: number, act: (mark: number) => Promise<void>): Promise<number[]> {
    const begun = new Map<number, number>()
    const times: number[] = []
    this.#heard = (mark, at) => {
      const from = begun.get(mark)
      if (from !== undefined && begun.delete(mark)) times.push(at - from)
    }
    const acts: Promise<void>[] = []
    for (let mark = 0; mark < count; mark++) {
      begun.set(mark, Date.now())
      acts.push(act(mark))
      await new Promise(resolve => setTimeout(resolve, 1000 / perSecond))
    }
    await Promise.all(acts)
    const end = Date.now() + lateMs
    while (begun.size > 0 && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 50))
    if (begun.size > 0) throw new Error(`${begun.size} of ${count} answers did not arrive`)
    return times
  }

  stop(): void {
    this.#child.kill()
  }
}
