import type { Identity } from 'sapa/plugin-api'
import { textAt, textOf, type Loose } from './loose.ts'

export interface Person {
  /** The route of answers first: the id that Meta gives to us alone, then the number when it is told. */
  identities: Identity[]
  threadKey: string
}

/** Either may be missing: people with a user name keep their number to themselves. */
export interface Named {
  userId: string
  phone: string
  name?: string
}

/** Null when neither id nor number is known. */
export function personOf({ userId, phone, name = '' }: Named): Person | null {
  const called = name === '' ? {} : { name }
  const identities: Identity[] = []
  if (userId !== '') identities.push({ ...userIdentity(userId), ...called })
  if (phone !== '') identities.push({ ...phoneIdentity(phone), ...called })
  if (identities.length === 0) return null
  return { identities, threadKey: userId === '' ? phone : userId }
}

/** A person has one at a time: with another number comes another id. */
export const userIdentity = (value: string): Identity => ({
  ...{ kind: 'external', namespace: 'whatsapp', value, verified: true, isOnlyOne: true }
})

export const phoneIdentity = (digits: string): Identity => ({
  ...{ kind: 'phone', value: `+${digits}`, verified: true }
})

/** Who wrote: by the message itself, completed by the contact that fits, for lists may be in any order. */
export function senderOf(message: Loose, contacts: readonly Loose[]): Person | null {
  const from = { userId: textOf(message['from_user_id']), phone: phoneOf(message['from']) }
  return personOf(complete(from, contacts))
}

export function complete(known: Named, contacts: readonly Loose[]): Named {
  const isAlone = contacts.length === 1 && known.userId === '' && known.phone === ''
  const contact = contacts.find(
    one =>
      isAlone ||
      (known.userId !== '' && textOf(one['user_id']) === known.userId) ||
      (known.phone !== '' && phoneOf(one['wa_id']) === known.phone)
  )
  if (!contact) return known
  return {
    userId: known.userId || textOf(contact['user_id']),
    phone: known.phone || phoneOf(contact['wa_id']),
    name: textAt(contact['profile'], 'name') || textAt(contact['profile'], 'username')
  }
}

/** Digits only; what is no number of a phone, such as an id, is none. */
export function phoneOf(value: unknown): string {
  const digits = textOf(value).replace(/^\+/, '')
  return /^\d{5,20}$/.test(digits) ? digits : ''
}
