import type { Sapa } from '../sapa.ts'
import { isPart } from '../settings/frame.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { Type } from '../web/type.ts'
import { addressOf, filterOf, showPlugins } from './list.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }) })
const body = Type.Object({
  tab: Type.Optional(Type.String({ maxLength: 20 })),
  q: Type.Optional(Type.String({ maxLength: 100 })),
  consent: Type.Optional(Type.String({ maxLength: 10 })),
  scope: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 100 }))
})

/** To the newer version of a plugin, and back to the one before. */
export function pluginVersionRoutes(app: App, sapa: Sapa): void {
  const { plugins } = sapa
  const config = { can: 'plugin:manage', onRefusal: refuse } as const

  app.post('/plugins/:id/updates', { schema: { params, body }, config }, async (request, reply) => {
    const { consent, scope = [] } = request.body
    const acceptedScopes = consent === undefined ? [] : scope
    const { id, updateError } = await plugins.update(request.params.id, { acceptedScopes })
    return answer(request, reply, updateError === null ? { updated: id } : {})
  })

  app.post(
    '/plugins/:id/rollbacks',
    { schema: { params, body }, config },
    async (request, reply) => {
      const { id, updateError } = await plugins.rollback(request.params.id)
      return answer(request, reply, updateError === null ? { updated: id } : {})
    }
  )

  async function answer(request: Request, reply: Reply, told: Record<string, string>) {
    const filter = filterOf(request.body as { tab?: string; q?: string })
    if (!isPart(request)) {
      const query = new URLSearchParams(told).toString()
      const address = addressOf('/plugins', filter)
      return reply.redirect(`${address}${address.includes('?') ? '&' : '?'}${query}`, 303)
    }
    const id = told.updated
    const list = await showPlugins(sapa, request.words, filter, id ? { updated: id } : {})
    return reply.part('plugins/_changed', { list })
  }

  /** What stands in the way is said above the list. */
  async function refuse(request: Request, reply: Reply, problem: Problem) {
    const filter = filterOf((request.body ?? {}) as { tab?: string; q?: string })
    const list = await showPlugins(sapa, request.words, filter, { problem: problem.text })
    if (isPart(request)) return reply.code(200).part('plugins/_changed', { list })
    return reply.page('error/page', { problem })
  }
}
