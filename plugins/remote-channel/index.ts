import type { SapaPlugin } from 'sapa/plugin-api'
import { apiRoutes } from './api/routes.ts'
import { remoteChannel } from './channel.ts'
import { erasePerson, recordsOf } from './people.ts'
import { forgetOld } from './steps.ts'
import { tokenRoutes } from './token-page.ts'
import { remoteTools } from './tools.ts'

export default {
  setup(sapa) {
    const tools = remoteTools(sapa)
    sapa.channel(remoteChannel(tools))
    for (const route of [...apiRoutes(tools), ...tokenRoutes(tools)]) sapa.route(route)
    sapa.personal({
      export: customer => recordsOf(tools.db, customer),
      erase: customer => erasePerson(tools.db, customer, Date.now())
    })
    sapa.jobs.handle('forget', () => forgetOld(tools.db, Date.now()))
    sapa.jobs.every('forget', '41 3 * * *')
  }
} satisfies SapaPlugin
