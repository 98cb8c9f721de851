import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Bot } from './bot.ts'
import { deliver, type Delivery } from './deliver.ts'
import { readForm } from './form.ts'
import { methods } from './methods.ts'
import { Refused } from './refuse.ts'
import { Faults } from './fault.ts'

export interface BotApi {
  /** What stands in the account's form instead of `https://api.telegram.org`. */
  url: string
  port: number
  faults: Faults
  /** Calls by the name of their method. */
  calls: { method: string; at: number }[]
  /** A new bot, as from @BotFather. */
  addBot(username?: string, name?: string): Bot
  close(): Promise<void>
}

interface State {
  bots: Map<string, Bot>
  faults: Faults
  calls: BotApi['calls']
}

/** A Bot API server that keeps everything in memory, is strict in what it takes, and fails on request. */
export async function startBotApi({ port = 0 } = {}): Promise<BotApi> {
  const state: State = { bots: new Map(), faults: new Faults(), calls: [] }
  const deliveries: Delivery[] = []
  const server = createServer((request, response) => {
    serve(state, request, response).catch(() => response.destroy())
  })
  // As the real one; who keeps a connection for less never writes into a closed one.
  server.keepAliveTimeout = 75_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    faults: state.faults,
    calls: state.calls,
    addBot(username = 'tokosapa_bot', name = 'Toko Sapa') {
      const token = `${600_100 + state.bots.size}:AAE${'x'.repeat(20)}${username}`
      const bot = new Bot(token, username, name)
      state.bots.set(token, bot)
      deliveries.push(deliver(bot.updates))
      return bot
    },
    async close() {
      for (const delivery of deliveries) delivery.stop()
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    }
  }
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://api')
  const [, isFile, token = '', rest = ''] = /^\/(file\/)?bot([^/]+)\/(.+)$/.exec(url.pathname) ?? []
  const bot = state.bots.get(token)
  if (isFile) return serveFile(bot, rest, response)
  const method = rest
  state.calls.push({ method, at: Date.now() })
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const form = await readForm(request, url.searchParams)
    if (!bot)
      throw token.includes(':') ? new Refused(401, 'Unauthorized') : new Refused(404, 'Not Found')
    if (bot.isRevoked) throw new Refused(401, 'Unauthorized')
    const work = methods[method]
    if (!work) throw new Refused(404, 'Not Found')
    const fault = state.faults.take(method)
    if (fault?.slowMs) await new Promise(resolve => setTimeout(resolve, fault.slowMs))
    if (fault?.drop === 'before') return void response.destroy()
    if (fault?.refuse) throw fault.refuse
    const { result, messages } = await work(bot, form, gone.signal)
    if (messages) {
      bot.sent.push({ method, ...form, messages })
      bot.onSent?.(messages)
    }
    if (fault?.hold) await fault.hold
    if (fault?.drop === 'after') return void response.destroy()
    if (fault?.garble) return void response.end('<html>\u0000 {"ok": [')
    answer(response, 200, { ok: true, result })
  } catch (error) {
    refuse(response, error)
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (!(error instanceof Refused)) throw error
  const { status, message, parameters } = error
  const body = { ok: false, error_code: status, description: message }
  answer(response, status, parameters ? { ...body, parameters } : body)
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function serveFile(bot: Bot | undefined, path: string, response: ServerResponse): void {
  const file = [...(bot?.files.values() ?? [])].find(one => one.path === path)
  if (!bot || bot.isRevoked || !file) {
    return answer(response, 404, { ok: false, error_code: 404, description: 'Not Found' })
  }
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': file.bytes.length
  })
  response.end(file.bytes)
}
