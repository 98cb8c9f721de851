import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import SQLite from 'better-sqlite3'
import type { Test } from 'tap'
import { sapa } from '../../../test/support/command.ts'
import { startServer, type ServerProcess } from '../../../test/support/process.ts'
import { temporaryFolder } from '../../../test/support/temporary.ts'
import { until } from '../../../test/support/until.ts'

const owner = { email: 'bagas@sinar.example', password: 'sebuah kalimat yang panjang' }

export interface ProcessWorld {
  server: ServerProcess
  /** A new account with its token. */
  connect(name: string): Promise<{ id: number; token: string }>
  /** The agents' API. */
  api(what: string, body?: unknown): Promise<Record<string, unknown>>
  /** What a program says; null while Sapa is not there. */
  ask(token: string, what: string, body?: unknown): Promise<{ status: number; body: Heard } | null>
  rows<Row>(sql: string): Row[]
  conversationOf(text: string): Promise<number>
}

export interface Heard {
  steps: { clientRef: string; lease: string; text: string }[]
  results: { status: string }[]
  polls: number
}

/** The built product as a process, furnished by its command line and its pages. */
export async function processWorld(t: Test): Promise<ProcessWorld> {
  const dataDir = temporaryFolder(t)
  const env = { SAPA_PASSWORD: owner.password }
  await run(['setup', '--email', owner.email, '--business', 'Toko Sinar', '--locale', 'id'])
  const token = await run(['token', 'create', '--agent', owner.email])
  // It is killed here more often than a sound machine would do.
  const guard = { SAPA_BOOT_GUARD: 'off' }
  const server = await startServer(t, { dataDir, env: guard })
  const cookie = await signIn(server.url)
  await page('/me/profile', {
    ...{ name: 'Bagas Prakoso', locale: 'id', timeZone: 'Asia/Jakarta' },
    ...{ theme: 'system', density: 'comfortable', undoSeconds: '0' }
  })
  await api('PUT /plugins/remote-channel/activation')

  async function run(words: string[]): Promise<string> {
    const { code, out, err } = await sapa(dataDir, words, { env })
    if (code !== 0) throw new Error(`${words.join(' ')}: ${out}${err}`)
    return out.trim()
  }

  async function page(path: string, form: Record<string, string>): Promise<string> {
    const response = await fetch(server.url + path, {
      ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(form) },
      headers: { 'sec-fetch-site': 'same-origin', cookie }
    })
    if (response.status >= 400) throw new Error(`${path}: ${response.status}`)
    return response.text()
  }

  async function api(what: string, body?: unknown): Promise<Record<string, unknown>> {
    const [method = '', path = ''] = what.split(' ')
    const headers = { authorization: `Bearer ${token}` }
    const json = { headers: { ...headers, 'content-type': 'application/json' } }
    const given = body === undefined ? { headers } : { ...json, body: JSON.stringify(body) }
    const response = await fetch(`${server.url}/api/v1${path}`, { method, ...given })
    const text = await response.text()
    if (!response.ok) throw new Error(`${what}: ${response.status} ${text}`)
    return (text ? JSON.parse(text) : {}) as Record<string, unknown>
  }

  async function connect(name: string): Promise<{ id: number; token: string }> {
    const form = { type: 'remote', name, settings: { channelName: name } }
    const { id } = (await api('POST /accounts', form)) as { id: number }
    const make = async () =>
      /sapart_\d+_[\w-]{43}/.exec(await page('/p/remote-channel/tokens', { account: String(id) }))
    const made = await until(() => make().catch(() => null), { what: 'the account to open' })
    return { id, token: made[0] }
  }

  async function ask(programToken: string, what: string, body?: unknown) {
    const [method = '', path = ''] = what.split(' ')
    try {
      const response = await fetch(`${server.url}/p/remote-channel/v1/${path}`, {
        ...{ method, headers: { authorization: `Bearer ${programToken}` } },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
      return { status: response.status, body: (await response.json()) as Heard }
    } catch {
      return null
    }
  }

  function rows<Row>(sql: string): Row[] {
    const db = new SQLite(join(dataDir, 'sapa.db'), { readonly: true })
    try {
      return db.prepare(sql).all() as Row[]
    } finally {
      db.close()
    }
  }

  async function conversationOf(text: string): Promise<number> {
    const find = () =>
      rows<{ id: number; text: string }>(
        "select conversation_id as id, text from message where kind = 'inbound'"
      ).find(row => row.text === text)
    return (await until(find, { what: `the message ${text}` })).id
  }

  return { server, connect, api, ask, rows, conversationOf }
}

/** A program in some language that talks to us; what it prints, by line. */
export function startProgram(
  t: Test,
  [command = '', ...args]: string[],
  env: Record<string, string>
): { child: ChildProcess; lines: string[]; say(text: string): void; end(): Promise<void> } {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', line => lines.push(line))
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'close')
    child.kill('SIGKILL')
    await gone
  }
  t.teardown(end)
  return { child, lines, end, say: text => void child.stdin.write(`${text}\n`) }
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/sign-in`, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(owner) },
    headers: { 'sec-fetch-site': 'same-origin' }
  })
  const cookie = response.headers.getSetCookie().find(one => one.startsWith('sapa_session='))
  if (!cookie) throw new Error(`sign-in answered ${response.status}`)
  return cookie.split(';')[0] ?? ''
}
