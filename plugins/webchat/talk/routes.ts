import type { PluginRoute } from 'sapa/plugin-api'
import type { ChatTools } from '../tools.ts'

/** Messages, files, the stream, typing and marks. */
export function talkRoutes(_tools: ChatTools): PluginRoute[] {
  return []
}
