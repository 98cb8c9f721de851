import type { CountryCode } from 'libphonenumber-js/max'
import type { Identity } from '../plugin-api/event.ts'
import { phoneLibrary } from './phone-library.ts'

/** One address in the one spelling that we store and compare. */
export interface Address {
  kind: 'email' | 'phone' | 'external'
  namespace: string
  value: string
}

export interface Sender extends Address {
  name: string | null
  isVerified: boolean
  /** Nobody has two of these at a time. */
  isOnlyOne?: boolean
}

/** Null when there is nothing usable in it. */
export function normalise(
  identity: { kind: Address['kind']; value: string; namespace?: string },
  country: string
): Address | null {
  const value = identity.value.trim()
  if (value === '' || value.length > 320) return null
  if (identity.kind === 'email') return email(value)
  if (identity.kind === 'phone') return phone(value, country)
  return { kind: 'external', namespace: identity.namespace ?? '', value }
}

/** What a channel said about one person, without repeats; the reply route stays first. */
export function normaliseAll(
  identities: readonly Identity[],
  country: string,
  limit = 10
): Sender[] {
  const known = new Map<string, Sender>()
  for (const identity of identities.slice(0, limit)) {
    const address = normalise(identity, country)
    if (!address) continue
    const key = keyOf(address)
    const isVerified = identity.verified || (known.get(key)?.isVerified ?? false)
    const name = cleanName(identity.name) ?? known.get(key)?.name ?? null
    const isOnlyOne = identity.isOnlyOne || known.get(key)?.isOnlyOne
    known.set(key, { ...address, name, isVerified, ...(isOnlyOne && { isOnlyOne }) })
  }
  return [...known.values()]
}

const keyOf = (address: Address) => `${address.kind}/${address.namespace}/${address.value}`

/** A name as it may be shown: one line, no control or direction signs. */
export function cleanName(name: string | undefined): string | null {
  const clean = (name ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return clean === '' ? null : clean.slice(0, 120)
}

function email(value: string): Address | null {
  const lower = value.toLowerCase()
  return /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(lower)
    ? { kind: 'email', namespace: '', value: lower }
    : null
}

/** E.164 where it is a number of the world; short codes and sender names stay as they are. */
function phone(value: string, country: string): Address {
  const { parsePhoneNumberFromString: parse } = phoneLibrary()
  const parsed = [value, `+${value}`]
    .map(text => parse(text, country as CountryCode))
    .find(number => number?.isValid())
  return { kind: 'phone', namespace: '', value: parsed?.number ?? value }
}
