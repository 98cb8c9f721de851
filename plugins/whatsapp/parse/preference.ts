import type { InboundEvent } from 'sapa/plugin-api'
import type { Change } from './index.ts'
import { textOf, type Loose } from './loose.ts'
import { timeOf } from './message.ts'
import { complete, personOf, phoneOf } from './person.ts'

/** A customer wants no advertising any more, or wants it again. */
export function readPreference(preference: Loose, { contacts, key }: Change): InboundEvent[] {
  const known = { userId: textOf(preference['user_id']), phone: phoneOf(preference['wa_id']) }
  const person = personOf(complete(known, contacts))
  if (!person) throw new Error('The wish is of nobody')
  const { identities: from, threadKey } = person
  const text = textOf(preference['detail']) || textOf(preference['value'])
  const name = textOf(preference['category']) || 'preference'
  const at = timeOf(preference)
  return [{ type: 'activity', key, at, from, threadKey, name, text, isAfterClose: true }]
}
