import { Type } from '../web/type.ts'
import { asked } from '../plugin-host/call/refusal.ts'
import {
  dropDeadEvent,
  listDeadEvents,
  replayDeadEvent,
  type DeadEvent
} from '../plugin-host/hook/dead.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import {
  cutPage,
  defaultLimit,
  described,
  idOf,
  moment,
  named,
  pageOf,
  pageQuery
} from './schema.ts'
import { told } from './schema.ts'

const tag = 'plugins'

export const deadEvent = named('DeadEvent', {
  id: Type.Integer(),
  consumer: Type.String({ description: 'The key that the plugin gave it' }),
  event: Type.String(),
  facts: Type.Record(Type.String(), Type.Unknown()),
  error: Type.String({ description: 'Of the last try' }),
  happened_at: moment,
  given_up_at: moment
})

const pluginId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' })
const params = Type.Object({ plugin: pluginId })
const oneParams = Type.Object({ plugin: pluginId, id: Type.Integer({ minimum: 1 }) })
const config = { can: 'plugin:manage' } as const

/** What durable consumers of plugins could not take. */
export function deadEventRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/plugins/:plugin/dead-events',
    {
      schema: described(tag, 'List events that a plugin could not take', {
        params,
        querystring: Type.Object(pageQuery),
        response: { 200: pageOf(deadEvent, 'A page of events, newest first') }
      }),
      config
    },
    async request => {
      const { limit = defaultLimit, cursor } = request.query
      await sapa.plugins.find(request.params.plugin)
      const range = { limit: limit + 1, before: idOf(cursor) }
      const rows = await listDeadEvents(sapa.reader, request.params.plugin, range)
      const { shown, next } = cutPage(rows, limit)
      return { data: shown.map(tell), next }
    }
  )

  api.post(
    '/plugins/:plugin/dead-events/:id/replays',
    {
      schema: described(tag, 'Bring an event to its consumer once more', {
        params: oneParams,
        response: { 204: Type.Null({ description: 'Taken; it is off the list' }) }
      }),
      config
    },
    async (request, reply) => {
      const { plugin, id } = request.params
      await asked(replayDeadEvent(sapa.db, sapa.plugins.hooks.consumers, plugin, id))
      return reply.code(204).send(null)
    }
  )

  api.delete(
    '/plugins/:plugin/dead-events/:id',
    {
      schema: described(tag, 'Forget an event that a plugin could not take', {
        params: oneParams,
        response: { 204: Type.Null({ description: 'Forgotten' }) }
      }),
      config
    },
    async (request, reply) => {
      await dropDeadEvent(sapa.db, request.params.plugin, request.params.id)
      return reply.code(204).send(null)
    }
  )
}

function tell({ key, facts, happened_at, at, ...row }: DeadEvent) {
  const parsed = JSON.parse(facts) as Record<string, unknown>
  return {
    ...{ id: row.id, event: row.event, error: row.error, consumer: key, facts: parsed },
    ...{ happened_at: told(happened_at), given_up_at: told(at) }
  }
}
