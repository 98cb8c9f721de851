import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Db } from './db/schema.ts'
import type { Words } from './i18n/words.ts'
import type { LiveHub } from './live/hub.ts'

/** What routes and background work may use. Built once in app.ts; tests build their own. */
export interface Sapa {
  config: Config
  /** The writing connection. */
  db: Db
  /** Read-only: lists, searches, counts. */
  reader: Db
  log: Logger
  clock: () => Date
  words: Words
  live: LiveHub
  /** Opens `/setup` while there is no owner. A new one at every start, never stored. */
  setupToken: string
}
