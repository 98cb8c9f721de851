import type { AccountContext, SapaContext } from 'sapa/plugin-api'
import type { WebhookSeen } from './config/seen.ts'
import type { WhatsAppSettings } from './config/settings.ts'
import type { Numbers } from './hook/numbers.ts'
import type { Sightings } from './hook/sightings.ts'
import type { People } from './people.ts'

/** `sapa.failure`: every error that leaves the plugin has one of core's kinds. */
export type Fail = SapaContext['failure']

/** What everything needs that is done for one number. */
export interface Line {
  account: AccountContext
  settings: WhatsAppSettings
  numbers: Numbers
  /** What Meta has called about, for the set-up check. */
  seen: WebhookSeen
  sightings: Sightings
  people: People
  fail: Fail
  now(): number
}
