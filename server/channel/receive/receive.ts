import { normaliseAll, type Sender } from '../../customer/normalise.ts'
import type { Db } from '../../db/schema.ts'
import { isSpokenFor } from './duplicate.ts'
import { joinAlbum } from './join-album.ts'
import { type Inbound, type Outcome, type ReadyEvent, type ReadyMessage } from '../event/inbound.ts'
import { placeMessage } from './place.ts'
import { receiveActivity } from './activity.ts'
import { receiveChange } from './change.ts'
import { receiveFromAgent } from './agent.ts'
import { receiveFromBusiness } from './business.ts'
import { receiveIdentity } from './identity.ts'
import { receiveReceipt } from '../receipt/receive.ts'
import { storeInbound } from './store-inbound.ts'

/**
 * Makes one event part of the timeline: whose it is, where it belongs, and what follows from it.
 * Inside the transaction that also finishes the journal row, so it happens once or not at all.
 */
export async function receive(
  trx: Db,
  inbound: Inbound,
  ready: ReadyEvent,
  now: Date
): Promise<Outcome> {
  if (ready.type === 'delivery') return receiveReceipt(trx, inbound.account.id, ready.receipt, now)
  if (ready.type === 'activity') return receiveActivity(trx, inbound, ready.activity, now)
  if (ready.type === 'identity') return receiveIdentity(trx, inbound, ready.change, now)
  if (ready.type === 'change') return receiveChange(trx, inbound, ready.event, now)
  if (ready.type === 'message') return receiveMessage(trx, inbound, ready.message, {}, now)
  const { unsupported } = ready
  const message: ReadyMessage = {
    event: { ...unsupported, type: 'message', text: '' },
    files: [],
    hasRemoteImages: false
  }
  return receiveMessage(trx, inbound, message, { unsupported: unsupported.what }, now)
}

async function receiveMessage(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  extra: { unsupported?: string },
  now: Date
): Promise<Outcome> {
  if (await isSpokenFor(trx, inbound.account.id, ready.event.remoteId)) return 'ignored'
  const senders = sendersOf(inbound, ready)
  if (await joinAlbum(trx, inbound, ready, senders, now)) return 'stored'
  if (ready.event.origin === 'business' && isTrusted(senders)) {
    return receiveFromBusiness(trx, inbound, ready, now)
  }
  const handled = await receiveFromAgent(trx, inbound, ready, senders, now)
  if (handled) return handled

  const place = await placeMessage(trx, inbound, ready.event, senders, now)
  await storeInbound(trx, inbound, ready, { place, senders, ...extra }, now)
  return 'stored'
}

function sendersOf(inbound: Inbound, ready: ReadyMessage): Sender[] {
  // Of a group only the group itself: whatever else is said of its members joins no customers.
  const { from, groupMember } = ready.event
  const senders = normaliseAll(groupMember ? from.slice(0, 1) : from, inbound.rules.country)
  if (!ready.event.isSuspicious) return senders
  return senders.map(sender => ({ ...sender, isVerified: false }))
}

/** A chat's echo names nobody; a mail that only says it is ours must be proven. */
const isTrusted = (senders: Sender[]) =>
  senders.length === 0 || senders.some(sender => sender.isVerified)
