import type { SapaContext } from 'sapa/plugin-api'
import { Sightings } from './rooms/sighting.ts'
import { Limits } from './talk/limits.ts'
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
  limits: Limits
  /** Which sites show the widgets. */
  sightings: Sightings
  clock: () => Date
}

export const chatTools = (sapa: SapaContext): ChatTools => ({
  sapa,
  db: tablesOf(sapa),
  widgets: new Map(),
  streams: new Streams(),
  limits: new Limits(),
  sightings: new Sightings(sapa.values),
  clock: () => new Date()
})
