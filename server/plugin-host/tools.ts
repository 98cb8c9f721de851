import type { Logger } from 'pino'
import type { Channels } from '../channel/registry.ts'
import type { Db } from '../db/schema.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { SecretBox } from '../secret/box.ts'
import type { Calls } from './call/call.ts'
import type { Boot } from './boot/boot.ts'
import type { Why } from './boot/why.ts'
import type { Fetcher } from './fetch.ts'
import type { LogLines } from './log-lines.ts'
import type { PluginHooks } from './hook/open.ts'
import type { PluginWords } from './locale.ts'
import type { Offers } from './offers.ts'
import type { Source } from './scan.ts'

/** What the host needs of Sapa. */
export interface HostTools {
  db: Db
  /** Read-only. */
  reader: Db
  log: Logger
  clock: () => Date
  secrets: SecretBox
  words: PluginWords
  jobs: Jobs
  channels: Pick<Channels, 'register' | 'get'>
  fetcher: Fetcher
  /** The way into every plugin. */
  calls: Calls
  /** What active plugins offer. */
  offers: Offers
  /** Where bundled plugins lie. */
  hooks: PluginHooks
  sources: readonly Source[]
  /** Sapa's own address, without a slash at the end. */
  publicUrl: string
  /** Others come in through its `plugins/`. */
  dataDir: string
  /** Zip files are not taken. */
  isUploadOff?: boolean
  /** The last lines that each plugin wrote, for the page that shows them. */
  lines?: LogLines
  /** Plugins that run or have run, also those that are gone since. */
  knownIds?: () => Iterable<string>
  /** Remembers across the death of the process who was being started. Not in commands. */
  boot?: Boot
  /** A plugin was taken out of service. */
  onQuarantine?: (id: string, why: Why) => void
  /** A plugin, or a version of it, could not start. */
  onFailure?: (id: string, error: unknown) => void
  /** How long a plugin may take to start. */
  setupMs?: number
}
