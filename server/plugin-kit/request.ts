import { randomBytes } from 'node:crypto'
import { saveSession } from '../agent/session.ts'
import { sessionCookie } from '../web/session.ts'
import { readJson } from './stand-in/http.ts'
import type { KitAnswer, KitRequest } from './spec-tools.ts'
import type { World } from './world.ts'

/** Through the front door, whichever process answers there just now. */
export async function requestOf(world: World, request: KitRequest): Promise<KitAnswer> {
  const { method, path: url, headers, body, isOwner } = request
  const signedIn = isOwner ? await ownerHeaders(world) : {}
  const response = await world.installation.running.app.inject({
    ...{ method, url, headers: { ...signedIn, ...headers } },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : Buffer.from(body) })
  })
  return {
    status: response.statusCode,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)])
    ),
    bytes: response.rawPayload,
    text: response.body,
    json: readJson(response.body)
  }
}

async function ownerHeaders(world: World): Promise<Record<string, string>> {
  const id = randomBytes(24).toString('base64url')
  await saveSession(world.sapa.db, id, { agentId: await world.agent() }, world.timing.now())
  return { cookie: `${sessionCookie}=${id}`, 'sec-fetch-site': 'same-origin' }
}
