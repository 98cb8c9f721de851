import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpOptions, HttpReply, HttpRequest, HttpServer } from '../spec-tools.ts'
import { pause } from '../check.ts'
import { httpFailures, type Mood } from './http-failures.ts'

type Answer = (request: HttpRequest) => HttpReply | Promise<HttpReply>

/** A provider that speaks HTTP, with all its bad days. `standIns` learns whom it plays. */
export async function startHttp(
  answer: Answer,
  options: HttpOptions,
  standIns: Map<string, string>
): Promise<HttpServer> {
  const state: State = { mood: null, calls: 0, waiting: new Set() }
  const server = createServer((request, response) => {
    state.calls += 1
    serve(answer, options, state, request, response).catch(() => response.destroy())
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  const origin = `http://127.0.0.1:${port}`
  if (options.as) standIns.set(options.as, origin)
  const down = async () => {
    server.close()
    server.closeAllConnections()
    // Until the channel has noticed, it could still write into a dead connection.
    await pause(20)
  }
  const become = (mood: Mood) => () => void (state.mood = mood)
  return {
    url: options.as ?? origin,
    failures: httpFailures(become, down, options.kinds ?? {}),
    hang: become('hang'),
    garble: become('garble'),
    hold: become('hold'),
    down,
    async heal() {
      state.mood = null
      for (const resume of state.waiting) resume()
      state.waiting.clear()
      if (!server.listening) await listen(port)
    },
    calls: () => state.calls,
    async stop() {
      state.mood = null
      for (const resume of state.waiting) resume()
      if (server.listening) await down()
    }
  }
}

interface State {
  mood: Mood | null
  calls: number
  waiting: Set<() => void>
}

async function serve(
  answer: Answer,
  { isSend }: HttpOptions,
  state: State,
  incoming: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  const request = await readRequest(incoming)
  const isMeant = isSend?.(request) ?? request.method !== 'GET'
  const { mood } = state
  const wait = () => new Promise<void>(resume => state.waiting.add(resume))
  if (mood === 'hang') return wait().then(() => void response.destroy())
  if (mood === 'garble') return send(response, { body: '<html>\u0000 {"items": [' })
  if (typeof mood === 'object' && mood !== null && isMeant) {
    if (mood.isTaken) await answer(request)
    return mood.reply ? send(response, mood.reply(request)) : void response.destroy()
  }
  const reply = await answer(request)
  if (mood === 'hold' && isMeant) await wait()
  send(response, reply)
}

function send(response: ServerResponse, reply: HttpReply): void {
  const { status = 200, json, body, headers = {} } = reply
  const type = json === undefined ? 'text/plain' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(json === undefined ? (body ?? '') : JSON.stringify(json))
}

async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const url = new URL(incoming.url ?? '/', 'http://provider')
  const { body, size } = await readBody(incoming)
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
  )
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    text: body,
    size,
    json: readJson(body)
  }
}

const keptBytes = 1024 * 1024

/** A file of a gigabyte is counted, not kept. */
async function readBody(incoming: IncomingMessage): Promise<{ body: string; size: number }> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of incoming as AsyncIterable<Buffer>) {
    if (size < keptBytes) parts.push(part)
    size += part.byteLength
  }
  return { body: Buffer.concat(parts).toString(), size }
}

export function readJson(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
