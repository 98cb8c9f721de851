import type { Identity, InboundEvent } from 'sapa/plugin-api'
import type { Change } from './index.ts'
import { readObject, textOf, type Loose } from './loose.ts'
import { complete, personOf, phoneIdentity, phoneOf, userIdentity } from './person.ts'

/** A customer has another number or another id: both old ones are nobody's proof any more. */
export function readSystem(
  message: Loose,
  change: Change,
  base: { key: string; at: number }
): InboundEvent[] {
  const system = readObject(message['system'])
  const old = complete(
    { userId: textOf(message['from_user_id']), phone: phoneOf(message['from']) },
    change.contacts
  )
  const now = {
    userId: textOf(system['user_id']),
    phone: phoneOf(system['wa_id']) || phoneOf(system['new_wa_id'])
  }
  const from = personOf(old)?.identities[0]
  const identities = personOf(now)?.identities
  // Words about an encryption key and the like tell nothing of who somebody is.
  const isNew = now.userId !== old.userId || now.phone !== old.phone
  if (!from || !identities || !isNew) return []
  return [{ ...base, type: 'identity', from, identities, former: formerOf(old, now) }]
}

interface Ids {
  userId: string
  phone: string
}

/** What is replaced by something of the same kind. */
export function formerOf(old: Ids, now: Ids): Identity[] {
  const former: Identity[] = []
  if (old.userId && now.userId && old.userId !== now.userId) former.push(userIdentity(old.userId))
  if (old.phone && now.phone && old.phone !== now.phone) former.push(phoneIdentity(old.phone))
  return former
}
