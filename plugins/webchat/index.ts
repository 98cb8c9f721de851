import type { SapaPlugin } from 'sapa/plugin-api'
import { webChannel } from './channel.ts'
import { panelRoutes } from './panel/routes.ts'
import { roomPages, roomRoutes } from './rooms/pages.ts'
import { beginTalk } from './talk/begin.ts'
import { talkRoutes } from './talk/routes.ts'
import { chatTools } from './tools.ts'
import { beginWho } from './who/begin.ts'
import { whoRoutes } from './who/routes.ts'

export default {
  setup(sapa) {
    const tools = chatTools(sapa)
    sapa.channel(webChannel(tools))
    const routes = [
      ...talkRoutes(tools),
      ...whoRoutes(tools),
      ...panelRoutes(tools),
      ...roomRoutes(tools)
    ]
    for (const route of routes) sapa.route(route)
    for (const page of roomPages(tools)) sapa.page(page)
    beginTalk(tools)
    beginWho(tools)
  }
} satisfies SapaPlugin
