import type { PluginRoute } from 'sapa/plugin-api'
import type { ChatTools } from '../tools.ts'

/** What browsers load: loader, panel, the page to try them. */
export function panelRoutes(_tools: ChatTools): PluginRoute[] {
  return []
}
