import { Type } from '../web/type.ts'
import { hashToken } from '../agent/token.ts'
import { findVisible, visibleTo, type Viewer } from '../conversation/access.ts'
import type { Db } from '../db/schema.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import type { NumberedEvent, Stream } from './hub.ts'

const retryMs = 2000
const last = Type.Object({ last: Type.Optional(Type.String({ maxLength: 60 })) })
const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
/** `<account>:<identity>`, as the composer has picked it. */
const route = Type.Object({ route: Type.Optional(Type.String({ maxLength: 40 })) })
const presence = Type.Object({
  state: Type.Union([Type.Literal('viewing'), Type.Literal('replying'), Type.Literal('gone')])
})

export function liveRoutes(app: App, sapa: Sapa): void {
  app.get(
    '/live',
    { sse: 'only', schema: { querystring: last }, config: { can: 'live:read', isStream: true } },
    async (request, reply) => {
      const agent = agentOf(request)
      const viewer = { id: agent.id, role: agent.role }
      const stream = streamOf(sapa.reader, reply, viewer, hashToken(request.session.sessionId))
      reply.sse.keepAlive()
      reply.sse.sendHeaders()
      const leave = sapa.live.open(stream, reply.sse.lastEventId ?? request.query.last ?? null)
      reply.sse.onClose(leave)
    }
  )

  app.post(
    '/conversations/:id/presence',
    { schema: { params, body: presence }, config: { can: 'conversation:read' } },
    async (request, reply) => {
      const agent = agentOf(request)
      const { id } = await findVisible(sapa.reader, request.params.id, agent)
      sapa.presence.tell(id, { id: agent.id, name: agent.name }, request.body.state, sapa.clock())
      return reply.code(204).send()
    }
  )

  // A reply is being written; over with DELETE, or after 6 s.
  for (const method of ['PUT', 'DELETE'] as const) {
    app.route({
      method,
      url: '/conversations/:id/typing',
      schema: { params, querystring: route },
      config: { can: 'conversation:reply' },
      handler: async (request, reply) => {
        const agent = agentOf(request)
        const { id } = await findVisible(sapa.reader, request.params.id, agent)
        const writer = { id: agent.id, name: agent.name, route: request.query.route }
        sapa.tellTyping.say(id, writer, method === 'PUT')
        return reply.code(204).send()
      }
    })
  }

  app.get('/presence', { config: { can: 'conversation:read' } }, async request => {
    const agent = agentOf(request)
    const events = [...sapa.presence.list(), ...sapa.typing.list()]
    const all = events.map(event => ({ id: '', event }))
    const shown = await visible(sapa.reader, { id: agent.id, role: agent.role }, all)
    return shown.map(({ event }) => event)
  })
}

/** Events go out in order, one batch after the other; a slow reader is cut off, not queued for ever. */
function streamOf(reader: Db, reply: Reply, viewer: Viewer, session: string): Stream {
  let queue = Promise.resolve()
  let waiting = 0

  const write = async (events: NumberedEvent[]) => {
    for (const { id, event } of await visible(reader, viewer, events)) {
      if (!reply.sse.isConnected) return
      await reply.sse.send({ id, data: event, retry: retryMs })
    }
  }
  return {
    viewer,
    session,
    send(events) {
      waiting += events.length
      if (waiting > 5000) return this.end(null)
      queue = queue
        .then(() => write(events))
        .catch(() => reply.sse.close())
        .finally(() => (waiting -= events.length))
    },
    end(farewell) {
      if (farewell && reply.sse.isConnected) {
        void reply.sse.send({ data: farewell }).catch(() => {})
      }
      reply.sse.close()
    }
  }
}

/** Guests hear only of conversations that they may open. */
async function visible(
  reader: Db,
  viewer: Viewer,
  events: NumberedEvent[]
): Promise<NumberedEvent[]> {
  if (viewer.role !== 'guest') return events
  const ids = events.map(({ event }) => Number(event.conversation)).filter(Number.isInteger)
  const rows = await reader
    .selectFrom('conversation')
    .select('id')
    .where('id', 'in', [...new Set(ids)])
    .where(eb => visibleTo(eb, viewer))
    .execute()
  const seen = new Set(rows.map(row => row.id))
  return events.filter(
    ({ event }) => isGeneral(event.topic) || seen.has(Number(event.conversation))
  )
}

function isGeneral(topic: string): boolean {
  return topic === 'hello' || topic === 'resync' || topic === 'plugin.changed'
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An event stream: refused with a plain 401, never sent to the sign-in page. */
    isStream?: boolean
  }
}
