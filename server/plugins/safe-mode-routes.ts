import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { Type } from '../web/type.ts'

const body = Type.Object({ is_on: Type.Union([Type.Literal('0'), Type.Literal('1')]) })

/** Safe mode without a restart: ending it starts the plugins that are wanted. */
export function safeModeRoutes(app: App, { plugins }: Pick<Sapa, 'plugins'>): void {
  const config = { can: 'plugin:manage' } as const

  app.put('/plugins/safe-mode', { config }, async (_request, reply) => {
    await plugins.setSafeMode(true)
    return reply.header('hx-redirect', '/plugins').code(204).send()
  })

  app.delete('/plugins/safe-mode', { config }, async (_request, reply) => {
    await plugins.setSafeMode(false)
    return reply.header('hx-redirect', '/plugins').code(204).send()
  })

  // The same for a form without scripts.
  app.post('/plugins/safe-mode', { schema: { body }, config }, async (request, reply) => {
    await plugins.setSafeMode(request.body.is_on === '1')
    return reply.redirect('/plugins', 303)
  })
}
