import { Readable } from 'node:stream'
import { Type } from '../web/type.ts'
import { findRaw, ignoreJournal, replayJournal } from '../channel/journal/list.ts'
import { retryJob } from '../jobs/dead.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { frameOf, isPart, type Frame } from './frame.ts'
import { showHealth, type Health } from './health-view.ts'

declare module '../web/page.ts' {
  interface Views {
    'settings/health': Frame & Health
    'settings/_health': Health
  }
}

const schema = { params: Type.Object({ id: Type.Integer({ minimum: 1 }) }) }
const home = '/settings/health'

/** What could not be read or done, and what to do about it. */
export function healthRoomRoutes(app: App, sapa: Sapa): void {
  const { db, clock } = sapa
  const onRefusal = (request: Request, reply: Reply, problem: Problem) =>
    show(request, reply, problem.text)
  const mend = { schema, config: { can: 'journal:manage', onRefusal } } as const

  app.get(home, { config: { can: 'journal:manage' } }, (request, reply) => show(request, reply))

  app.get(
    '/settings/health/items/:id/raw',
    { schema, config: { can: 'journal:manage' } },
    async (request, reply) => {
      const { id } = request.params
      const { stream } = await findRaw(db, sapa.blobs, id)
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', `attachment; filename="sapa-${id}.txt"`)
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('x-content-type-options', 'nosniff')
        .send(Readable.from(stream))
    }
  )

  app.put('/settings/health/items/:id/repetition', mend, async (request, reply) => {
    await replayJournal(db, request.params.id, clock())
    return show(request, reply)
  })

  app.delete('/settings/health/items/:id', mend, async (request, reply) => {
    await ignoreJournal(db, request.params.id, clock())
    return show(request, reply)
  })

  app.put(
    '/settings/health/jobs/:id/repetition',
    { schema, config: { can: 'setting:manage', onRefusal } },
    async (request, reply) => {
      await retryJob(db, request.params.id, clock())
      return show(request, reply)
    }
  )

  async function show(request: Request, reply: Reply, problem: string | null = null) {
    const health = await showHealth(sapa, request.words, problem)
    if (isPart(request)) return reply.part('settings/_health', health)
    return reply.page('settings/health', { ...(await frameOf(sapa, request, home)), ...health })
  }
}
