import type { Db } from '../db/schema.ts'
import type { Change, Inbound, Outcome } from './inbound.ts'

/** Something is said about what is there already: a message, an address, a template, the account. */
export async function receiveChange(
  _trx: Db,
  _inbound: Inbound,
  change: Change,
  _now: Date
): Promise<Outcome> {
  throw new Error(`This version of Sapa does not know what to do with ${change.type}`)
}
