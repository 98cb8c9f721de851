import type { PluginRoute } from 'sapa/plugin-api'
import type { ChatTools } from '../tools.ts'

/** Who the visitor is, and where to reach them when nobody is there. */
export function whoRoutes(_tools: ChatTools): PluginRoute[] {
  return []
}
