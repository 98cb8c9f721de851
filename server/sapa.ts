import type { Logger } from 'pino'
import type { BlobStore } from './blob/store.ts'
import type { Channels } from './channel/registry.ts'
import type { Config } from './config.ts'
import type { Db } from './db/schema.ts'
import type { Words } from './i18n/words.ts'
import type { Jobs } from './jobs/jobs.ts'
import type { WorkerPool } from './jobs/pool.ts'
import type { LiveHub } from './live/hub.ts'
import type { Presence } from './live/presence.ts'
import type { Typing } from './live/typing.ts'
import type { Boot } from './plugin-host/boot/boot.ts'
import type { Fetcher } from './plugin-host/fetch.ts'
import type { PluginHost } from './plugin-host/host.ts'
import type { SecretBox } from './secret/box.ts'
import type { Work } from './work.ts'

/** What routes and background work may use. Built once in app.ts; tests build their own. */
export interface Sapa extends Work {
  config: Config
  /** The writing connection. */
  db: Db
  /** Read-only: lists, searches, counts. */
  reader: Db
  log: Logger
  clock: () => Date
  secrets: SecretBox
  blobs: BlobStore
  words: Words
  live: LiveHub
  /** Who of us looks at which conversation. */
  presence: Presence
  /** Which customers write just now. */
  typing: Typing
  jobs: Jobs
  /** Heavy work off the main thread. */
  pool: WorkerPool
  /** The same in a process of its own, for what may have ended ours. */
  outside: WorkerPool
  channels: Channels
  /** Outgoing requests that cannot be led into the owner's network. */
  fetcher: Fetcher
  plugins: PluginHost
  /** What is remembered across the death of the process; safe mode. */
  boot: Boot
  /** Opens `/setup` while there is no owner. A new one at every start, never stored. */
  setupToken: string
}
