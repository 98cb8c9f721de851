import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import SQLite from 'better-sqlite3'
import type { Test } from 'tap'
import { sapa } from '../../../test/support/command.ts'
import { startServer, type ServerProcess } from '../../../test/support/process.ts'
import { temporaryFolder } from '../../../test/support/temporary.ts'
import { until } from '../../../test/support/until.ts'
import type { ChatEvent } from '../wire.ts'

const owner = { email: 'bagas@sinar.example', password: 'sebuah kalimat yang panjang' }

export interface ChatProcess {
  server: ServerProcess
  key: string
  /** The agents' API, again and again until Sapa is there; `once` makes a repeat harmless. */
  insist(what: string, body: unknown, once: string): Promise<void>
  rows<Row>(sql: string): Row[]
}

/** The built product as a process, with a widget. */
export async function chatProcess(t: Test): Promise<ChatProcess> {
  const dataDir = temporaryFolder(t)
  const env = { SAPA_PASSWORD: owner.password }
  await run(['setup', '--email', owner.email, '--business', 'Toko Sinar', '--locale', 'id'])
  const token = await run(['token', 'create', '--agent', owner.email])
  // It is killed here more often than a sound machine would do.
  const guard = { SAPA_BOOT_GUARD: 'off' }
  const server = await startServer(t, { dataDir, env: guard })
  const db = () => new SQLite(join(dataDir, 'sapa.db'), { readonly: true })
  await hurry()

  async function run(words: string[]): Promise<string> {
    const { code, out, err } = await sapa(dataDir, words, { env })
    if (code !== 0) throw new Error(`${words.join(' ')}: ${out}${err}`)
    return out.trim()
  }

  /** Answers leave at once. */
  async function hurry(): Promise<void> {
    const form = (fields: Record<string, string>) => ({
      ...{ method: 'POST', redirect: 'manual' as const, body: new URLSearchParams(fields) },
      headers: { 'sec-fetch-site': 'same-origin' }
    })
    const signedIn = await fetch(`${server.url}/sign-in`, form(owner))
    const [cookie = ''] = signedIn.headers.getSetCookie().map(one => one.split(';')[0])
    const profile = form({
      ...{ name: 'Bagas Prakoso', locale: 'id', timeZone: 'Asia/Jakarta' },
      ...{ theme: 'system', density: 'comfortable', undoSeconds: '0' }
    })
    const headers = { ...profile.headers, cookie }
    const saved = await fetch(`${server.url}/me/profile`, { ...profile, headers })
    if (saved.status >= 400) throw new Error(`the profile: ${saved.status}`)
  }

  function rows<Row>(sql: string): Row[] {
    const open = db()
    try {
      return open.prepare(sql).all() as Row[]
    } finally {
      open.close()
    }
  }

  async function insist(what: string, body: unknown, once: string): Promise<void> {
    const [method = '', path = ''] = what.split(' ')
    for (;;) {
      const response = await fetch(`${server.url}/api/v1${path}`, {
        ...{ method, body: JSON.stringify(body) },
        headers: {
          ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          'idempotency-key': once
        }
      }).catch(() => null)
      if (response?.ok) return
      const isOver = response !== null && ![409, 429, 500, 502, 503].includes(response.status)
      if (isOver) throw new Error(`${what}: ${response.status} ${await response.text()}`)
      await pause(30)
    }
  }

  const settings = { newPerMinute: 1000, visitorPerMinute: 6000, messagesPerMinute: 6000 }
  await insist('POST /accounts', { type: 'webchat', name: 'Chat web', settings }, 'akun')
  const list = 'select key from webchat_widget order by account_id desc'
  const key = (await until(() => rows<{ key: string }>(list)[0])).key
  return { server, key, insist, rows }
}

/** A browser that goes on through everything: it repeats what was not taken and resumes where it was. */
export class Visitor {
  readonly token = randomBytes(32).toString('base64url')
  /** Every message that a stream has brought, in the order of its coming. */
  readonly heard: { seq: number; text: string }[] = []
  readonly #base: string
  readonly #over = new AbortController()

  constructor(t: Test, url: string, key: string) {
    this.#base = `${url}/chat/${key}`
    t.teardown(() => this.#over.abort())
  }

  get #headers() {
    return { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }
  }

  async write(clientId: string, text: string): Promise<void> {
    while (!this.#over.signal.aborted) {
      const response = await fetch(`${this.#base}/messages`, {
        ...{ method: 'POST', headers: this.#headers },
        body: JSON.stringify({ clientId, text, files: [] })
      }).catch(() => null)
      const answer = await response?.text().catch(() => null)
      if (response?.status === 202 && answer) return
      if (response && ![429, 500, 503].includes(response.status)) {
        throw new Error(`${response.status} ${answer}`)
      }
      await pause(response?.status === 429 ? 500 : 30)
    }
  }

  /** Until the test ends. */
  async listen(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#listenOnce().catch(() => {})
      await pause(50)
    }
  }

  async history(): Promise<{ seq: number; text: string; from: string }[]> {
    const all = []
    let after = 0
    for (;;) {
      const response = await fetch(`${this.#base}/messages?after=${after}`, {
        headers: this.#headers
      })
      const { messages } = (await response.json()) as {
        messages: { seq: number; text: string; from: string }[]
      }
      if (messages.length === 0) return all
      all.push(...messages)
      after = messages.at(-1)?.seq ?? after
    }
  }

  async #listenOnce(): Promise<void> {
    const last = this.heard.at(-1)?.seq ?? 0
    const response = await fetch(`${this.#base}/stream`, {
      headers: { ...this.#headers, 'last-event-id': String(last) },
      signal: this.#over.signal
    })
    if (response.status !== 200 || !response.body) return response.body?.cancel()
    let text = ''
    const decoder = new TextDecoder()
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(part, { stream: true })
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) this.#take(block)
    }
  }

  #take(block: string): void {
    const data = /^data: ?(.*)$/m.exec(block)?.[1]
    if (data === undefined) return
    const event = JSON.parse(data) as ChatEvent
    if (event.type === 'message') this.heard.push(event.message)
  }
}
