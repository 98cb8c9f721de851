import type { PluginPage } from 'sapa/plugin-api'
import type { ChatTools } from '../tools.ts'

/** The owner's pages. */
export function roomPages(_tools: ChatTools): PluginPage[] {
  return []
}
