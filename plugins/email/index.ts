import type { SapaPlugin } from 'sapa/plugin-api'
import { emailChannel } from './channel.ts'
import { oauthRoutes } from './oauth/routes.ts'
import { emailTools } from './tools.ts'

export default {
  setup(sapa) {
    const tools = emailTools(sapa)
    sapa.channel(emailChannel(tools))
    for (const route of oauthRoutes(tools)) sapa.route(route)
  }
} satisfies SapaPlugin
