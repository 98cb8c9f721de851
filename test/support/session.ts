import { randomBytes } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import { saveSession } from '../../server/agent/session.ts'
import type { Sapa } from '../../server/sapa.ts'
import { sessionCookie } from '../../server/web/session.ts'

/** A session without the 50 ms of a password; `test/web/` tests the real sign-in. */
export async function openSession(
  { db, clock }: Pick<Sapa, 'db' | 'clock'>,
  agentId: number
): Promise<(request: InjectOptions) => InjectOptions> {
  const id = randomBytes(24).toString('base64url')
  await saveSession(db, id, { agentId }, clock())
  return request => ({
    ...request,
    headers: withoutGaps({
      accept: 'text/html',
      'sec-fetch-site': 'same-origin',
      'accept-language': 'en',
      ...request.headers
    }),
    cookies: { [sessionCookie]: id, ...request.cookies }
  })
}

/** A header that a test sets to undefined is not sent. */
function withoutGaps(headers: NonNullable<InjectOptions['headers']>) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
}
