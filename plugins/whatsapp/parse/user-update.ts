import type { InboundEvent } from 'sapa/plugin-api'
import type { Change } from './index.ts'
import { readObject, textOf, type Loose } from './loose.ts'
import { timeOf } from './message.ts'
import { personOf, phoneOf, userIdentity } from './person.ts'
import { formerOf } from './system.ts'

/** Field `user_id_update`: the same person under another id. */
export function readUserUpdate(update: Loose, { key }: Change): InboundEvent[] {
  const { previous, current } = readObject(update['user_id'])
  const old = { userId: textOf(previous), phone: '' }
  const now = { userId: textOf(current), phone: phoneOf(update['wa_id']) }
  const identities = personOf(now)?.identities ?? []
  if (old.userId === '' || now.userId === '') throw new Error('The update names no ids')
  const from = userIdentity(old.userId)
  const at = timeOf(update)
  return [{ type: 'identity', key, at, from, identities, former: formerOf(old, now) }]
}
