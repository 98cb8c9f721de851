import type { PluginRoute } from 'sapa/plugin-api'
import type { ChatTools } from '../tools.ts'
import { sendAsset, sendLoader } from './files.ts'

const open = { method: 'GET', access: 'public', mount: 'site' } as const

/** What browsers load: loader, panel, the page to try them. */
export function panelRoutes(_tools: ChatTools): PluginRoute[] {
  return [
    {
      ...{ ...open, path: '/widget.js', isForeign: true, rate: { max: 6_000, perMs: 60_000 } },
      handle: async request => sendLoader(request)
    },
    {
      ...{ ...open, path: '/chat/assets/:file', rate: { max: 6_000, perMs: 60_000 } },
      handle: async request => sendAsset(request)
    }
  ]
}
