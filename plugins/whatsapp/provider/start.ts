import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer } from './answer.ts'
import { emptyWorld, type Answered, type Asked, type World } from './world.ts'

/** What goes wrong with the requests that send something, until it is healed. */
export interface Mood {
  /** `cut`: taken, and the connection ends; `drop`: not taken, and it ends; `hang`: no answer. */
  what: 'cut' | 'drop' | 'hang' | 'slow' | null
  /** For `slow`. */
  ms?: number
}

export interface Provider {
  url: string
  world: World
  mood: Mood
  stop(): Promise<void>
}

/** A Graph API at the socket. */
export async function startProvider(more: Partial<World> = {}): Promise<Provider> {
  const world = emptyWorld(more)
  const mood: Mood = { what: null }
  const server = createServer((request, response) => {
    serve(world, mood, request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  world.origin ||= url
  return {
    ...{ url, world, mood },
    async stop() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

async function serve(
  world: World,
  mood: Mood,
  incoming: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  const asked = await readRequest(incoming)
  const what = asked.method === 'POST' ? mood.what : null
  if (what === 'hang') return
  if (what === 'drop') return void response.destroy()
  if (what === 'slow') await new Promise(resolve => setTimeout(resolve, mood.ms ?? 50))
  const answered = answer(world, asked)
  if (what === 'cut') return void response.destroy()
  reply(response, answered)
}

function reply(response: ServerResponse, { status = 200, json, body, headers }: Answered): void {
  const type = json === undefined ? 'application/octet-stream' : 'application/json; charset=UTF-8'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(json === undefined ? (body ?? '') : JSON.stringify(json))
}

const keptBytes = 8 * 1024 * 1024

async function readRequest(incoming: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of incoming as AsyncIterable<Buffer>) {
    if (size < keptBytes) parts.push(part)
    size += part.byteLength
  }
  const bytes = Buffer.concat(parts)
  const url = new URL(incoming.url ?? '/', 'http://provider')
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
  const isJson = incoming.headers['content-type']?.startsWith('application/json') ?? false
  return {
    ...{ method: incoming.method ?? 'GET', path: url.pathname, size, bytes },
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(headers) as Record<string, string>,
    text: isJson ? bytes.toString() : '',
    json: isJson ? readJson(bytes.toString()) : null
  }
}

function readJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
