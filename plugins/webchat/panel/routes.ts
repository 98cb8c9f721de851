import type { PluginRoute } from 'sapa/plugin-api'
import { chatRoute, visitorRoute } from '../chat-route.ts'
import { Limit } from '../talk/limit.ts'
import type { ChatTools } from '../tools.ts'
import { postActivity } from './activity.ts'
import { sendAsset, sendLoader } from './files.ts'
import { getPanel } from './page.ts'
import { getTry } from './try.ts'

const open = { method: 'GET', access: 'public', mount: 'site' } as const
const rate = { max: 6_000, perMs: 60_000 }

/** What browsers load, loader, panel and the page to try them, and what they tell of pages. */
export function panelRoutes(tools: ChatTools): PluginRoute[] {
  const looks = new Limit(60, 60_000)
  return [
    {
      ...{ ...open, rate, path: '/widget.js', isForeign: true },
      handle: async request => sendLoader(request)
    },
    { ...open, rate, path: '/chat/assets/:file', handle: async request => sendAsset(request) },
    chatRoute(tools, 'GET panel', asked => getPanel(tools, asked), { isForeign: true }),
    chatRoute(tools, 'GET try', asked => getTry(tools, asked)),
    visitorRoute(tools, 'POST activity', asked => postActivity(looks, asked))
  ]
}
