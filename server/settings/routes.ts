import { Probes } from '../channel/account/probe.ts'
import { forbidden } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { accountRoutes } from './account-routes.ts'
import { accountStateRoutes } from './account-state-routes.ts'
import { accountStepsRoutes } from './account-steps-routes.ts'
import { firstRoom } from './frame.ts'
import { generalRoutes } from './general-routes.ts'
import { healthRoomRoutes } from './health-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { probeRoutes } from './probe-routes.ts'
import { setupRoutes } from './setup-routes.ts'
import { teamRoutes } from './team-routes.ts'
import { tokenRoutes } from './token-routes.ts'

/** The rooms behind the inbox, and the wizard that leads through the first of them. */
export function settingsRoutes(app: App, sapa: Sapa): void {
  const probes = new Probes(sapa.clock)
  app.addHook('onClose', async () => probes.stop())

  app.get('/settings', { config: { can: 'account:read' } }, (request, reply) => {
    const room = firstRoom(request)
    if (room === null) throw forbidden()
    return reply.redirect(room, 303)
  })

  generalRoutes(app, sapa)
  accountRoutes(app, sapa, probes)
  accountStateRoutes(app, sapa)
  accountStepsRoutes(app, sapa, probes)
  probeRoutes(app, sapa, probes)
  peopleRoutes(app, sapa)
  teamRoutes(app, sapa)
  healthRoomRoutes(app, sapa)
  tokenRoutes(app, sapa)
  setupRoutes(app, sapa, probes)
}
