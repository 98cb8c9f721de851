import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Test } from 'tap'

/** Real origins and the servers that stand in for them: known to the tests' fetch alone. */
const standIns = new Map<string, string>()

/** Never reaches a provider: an origin without a stand-in is refused. */
export const fetchStandIn: typeof fetch = async (given, options) => {
  const url = new URL(given instanceof Request ? given.url : given)
  const origin = standIns.get(url.origin)
  if (!origin) throw new Error(`nobody stands in for ${url.origin}`)
  return fetch(`${origin}${url.pathname}${url.search}`, options)
}

/** A token address that answers as told and remembers what it was asked. */
export async function googleLike(
  t: Test,
  answer: (count: number) => object,
  status: () => number = () => 200
): Promise<{ asked: Record<string, string>[] }> {
  const asked: Record<string, string>[] = []
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then(body => {
      const reply = answer(asked.length)
      asked.push(Object.fromEntries(new URLSearchParams(body)))
      response.writeHead(status(), { 'content-type': 'application/json' })
      response.end(JSON.stringify({ expires_in: 3600, ...reply }))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  standIns.set('https://oauth2.googleapis.com', url)
  t.teardown(() => {
    standIns.clear()
    server.closeAllConnections()
    server.close()
  })
  return { asked }
}
