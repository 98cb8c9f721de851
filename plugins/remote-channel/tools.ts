import type { AccountContext, SapaContext } from 'sapa/plugin-api'
import { Allowance } from './api/allowance.ts'
import type { Presence } from './presence.ts'
import type { Queue } from './queue.ts'
import type { RemoteSettings } from './settings.ts'
import { tablesOf, type RemoteDb } from './table.ts'

export interface OpenAccount {
  account: AccountContext
  settings: RemoteSettings
  queue: Queue
  presence: Presence
}

/** What the parts of the plugin share while it is switched on. */
export interface RemoteTools {
  sapa: SapaContext
  db: RemoteDb
  /** Accounts that are switched on, by id. */
  open: Map<number, OpenAccount>
  allowance: Allowance
}

export const remoteTools = (sapa: SapaContext): RemoteTools => ({
  sapa,
  db: tablesOf(sapa),
  open: new Map(),
  allowance: new Allowance()
})
