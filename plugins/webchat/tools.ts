import type { SapaContext } from 'sapa/plugin-api'
import { Streams } from './talk/streams.ts'
import { tablesOf, type ChatDb } from './table.ts'
import type { Widget } from './widget.ts'

/** What the parts of the plugin share while it is switched on. */
export interface ChatTools {
  sapa: SapaContext
  db: ChatDb
  /** Widgets whose line is open, by public key. */
  widgets: Map<string, Widget>
  /** The open streams of visitors. */
  streams: Streams
  clock: () => Date
}

export const chatTools = (sapa: SapaContext): ChatTools => ({
  sapa,
  db: tablesOf(sapa),
  widgets: new Map(),
  streams: new Streams(),
  clock: () => new Date()
})
