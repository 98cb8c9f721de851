import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { signIn, startProduct, type Product } from '../../../test/support/product.ts'
import { until } from '../../../test/support/until.ts'

export interface ProcessWorld extends Product {
  /** A new account with its token. */
  connect(name: string): Promise<{ id: number; token: string }>
  /** What a program says; null while Sapa is not there. */
  ask(token: string, what: string, body?: unknown): Promise<{ status: number; body: Heard } | null>
  conversationOf(text: string): Promise<number>
}

export interface Heard {
  steps: { clientRef: string; lease: string; text: string }[]
  results: { status: string }[]
  polls: number
}

/** The built product as a process, furnished by its command line and its pages. */
export async function processWorld(t: Test): Promise<ProcessWorld> {
  const product = await startProduct(t)
  const { server, insist, rows } = product
  const cookie = await signIn(server.url)
  await insist('PUT /plugins/remote-channel/activation')

  async function page(path: string, form: Record<string, string>): Promise<string> {
    const response = await fetch(server.url + path, {
      ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(form) },
      headers: { 'sec-fetch-site': 'same-origin', cookie }
    })
    if (response.status >= 400) throw new Error(`${path}: ${response.status}`)
    return response.text()
  }

  async function connect(name: string): Promise<{ id: number; token: string }> {
    const form = { type: 'remote', name, settings: { channelName: name } }
    const { id } = (await insist('POST /accounts', form)) as { id: number }
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

  async function conversationOf(text: string): Promise<number> {
    const find = () =>
      rows<{ id: number; text: string }>(
        "select conversation_id as id, text from message where kind = 'inbound'"
      ).find(row => row.text === text)
    return (await until(find, { what: `the message ${text}` })).id
  }

  return { ...product, connect, ask, conversationOf }
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
