import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { Type } from '../web/type.ts'
import { params, tag } from './plugin-routes.ts'
import { described, moment, told } from './schema.ts'

const fault = Type.Object({ at: moment, entry: Type.String(), text: Type.String() })
const logLine = Type.Object({
  at: moment,
  level: Type.Enum(['debug', 'info', 'warn', 'error']),
  text: Type.String(),
  facts: Type.String({ description: 'JSON of what was logged beside the text; may be empty' })
})

const config = { can: 'plugin:manage' } as const

/** What a plugin wrote and what went wrong in it; newest first. */
export function pluginLogRoutes(api: App, { plugins }: Pick<Sapa, 'plugins'>): void {
  api.get(
    '/plugins/:id/faults',
    {
      schema: described(tag, 'What went wrong in a plugin', {
        params,
        response: {
          200: Type.Object({ data: Type.Array(fault) }, { description: 'The newest 50' })
        }
      }),
      config
    },
    async request => {
      const { id } = await plugins.find(request.params.id)
      const faults = await plugins.calls.faults.list(id)
      return { data: faults.map(({ at, entry, text }) => ({ at: told(at), entry, text })) }
    }
  )

  api.get(
    '/plugins/:id/log',
    {
      schema: described(tag, 'The last lines that a plugin wrote', {
        params,
        response: {
          200: Type.Object(
            { data: Type.Array(logLine) },
            { description: 'The newest 200 since the start' }
          )
        }
      }),
      config
    },
    async request => {
      const { id } = await plugins.find(request.params.id)
      return { data: plugins.lines(id).map(({ at, ...line }) => ({ at: told(at), ...line })) }
    }
  )
}
