import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Proof } from '../wire.ts'

/** What a sign-in on the shop's site proves. `name` is proven only where it stands in a token. */
export interface Proven {
  userId: string
  email: string | null
  phone: string | null
  name: string | null
}

export type Verdict =
  | { isOk: true; proven: Proven }
  | { isOk: false; code: 'proof_off' | 'proof_invalid' | 'proof_expired' }

/** The widget that the proof must be for: its public key, and the one or two secrets that are valid now. */
export interface Lock {
  widget: string
  keys: readonly string[]
}

const longestMs = 60 * 60_000
const leewayMs = 60_000

/**
 * A proof is bound to a widget, a user and a time, and to nothing else: who can read it from the page can
 * use it until it ends. Hence the hour at most.
 */
export function checkProof(proof: Proof, lock: Lock, now: number): Verdict {
  // An empty key would let everybody sign.
  const keys = lock.keys.filter(key => key.length >= 32)
  if (keys.length === 0) return refuse('proof_off')
  return 'jwt' in proof
    ? checkToken(proof.jwt, { ...lock, keys }, now)
    : checkHash(proof, keys, now)
}

/** Null: it is no proof at all. */
export function readProof(form: Record<string, unknown> | null): Proof | null {
  if (!form) return null
  const { jwt, userId, expires, hash } = form
  if (typeof jwt === 'string') return { jwt }
  if (typeof userId !== 'string' || typeof hash !== 'string' || typeof expires !== 'number') {
    return null
  }
  const more = ['email', 'phone', 'name'].flatMap(name =>
    typeof form[name] === 'string' ? [[name, form[name]]] : []
  )
  return { userId, expires, hash, ...(Object.fromEntries(more) as { email?: string }) }
}

function checkToken(token: string, { widget, keys }: Lock, now: number): Verdict {
  const parts = token.length > 4096 ? [] : token.split('.')
  const [head = '', body = '', signature = ''] = parts
  if (parts.length !== 3 || parts.some(part => !/^[\w-]+$/.test(part))) {
    return refuse('proof_invalid')
  }
  const header = jsonIn(head)
  // The algorithm is ours to choose, and an extension that must be understood is not.
  if (header?.['alg'] !== 'HS256' || 'crit' in header) return refuse('proof_invalid')
  if (!isSigned(keys, `${head}.${body}`, Buffer.from(signature, 'base64url'))) {
    return refuse('proof_invalid')
  }
  const claims = jsonIn(body)
  if (!claims || !isFor(claims, widget)) return refuse('proof_invalid')
  const begins = secondsIn(claims['iat'])
  const ends = secondsIn(claims['exp'])
  if (begins === null || ends === null || ends - begins > longestMs + leewayMs) {
    return refuse('proof_invalid')
  }
  if (begins > now + leewayMs) return refuse('proof_invalid')
  return ends + leewayMs <= now ? refuse('proof_expired') : userOf(claims)
}

function checkHash(
  proof: Extract<Proof, { hash: string }>,
  keys: readonly string[],
  now: number
): Verdict {
  const { userId, expires, email = '', phone = '', hash, name } = proof
  const parts = [userId, String(expires), ...(email || phone ? [email, phone] : [])]
  // With a colon inside, one user's text could be read as another's.
  if (parts.some(part => part.includes(':')) || !/^[0-9a-f]{64}$/i.test(hash)) {
    return refuse('proof_invalid')
  }
  if (!isSigned(keys, parts.join(':'), Buffer.from(hash, 'hex'))) return refuse('proof_invalid')
  // Many languages count seconds.
  const ends = expires < 100_000_000_000 ? expires * 1000 : expires
  if (!Number.isFinite(ends) || ends > now + longestMs + leewayMs) return refuse('proof_invalid')
  if (ends + leewayMs <= now) return refuse('proof_expired')
  return userOf({ user_id: userId, email, phone, name })
}

/** Every key is tried, so that the time tells nothing. */
function isSigned(keys: readonly string[], text: string, signature: Buffer): boolean {
  return keys.map(key => isEqual(hmac(key, text), signature)).includes(true)
}

const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest()

const isEqual = (one: Buffer, other: Buffer) =>
  one.length === other.length && timingSafeEqual(one, other)

function isFor(claims: Record<string, unknown>, widget: string): boolean {
  const named = [claims['aud'] ?? [], claims['site'] ?? []]
  return named.every(one =>
    Array.isArray(one) ? one.length === 0 || one.includes(widget) : one === widget
  )
}

function userOf(claims: Record<string, unknown>): Verdict {
  const id = claims['user_id']
  const userId = Number.isSafeInteger(id) ? String(id) : textIn(id, 128)
  if (!userId) return refuse('proof_invalid')
  const email = textIn(claims['email'], 254)?.toLowerCase() ?? null
  const phone = textIn(claims['phone'], 32)
  const name = textIn(claims['name'], 100)
  return { isOk: true, proven: { userId, email, phone, name } }
}

function textIn(value: unknown, most: number): string | null {
  if (typeof value !== 'string') return null
  const text = value.trim()
  // oxlint-disable-next-line no-control-regex -- these are what must not be in there
  return text === '' || text.length > most || /[\u0000-\u001f\u007f]/.test(text) ? null : text
}

const secondsIn = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value * 1000 : null

function jsonIn(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

const refuse = (code: Extract<Verdict, { isOk: false }>['code']): Verdict => ({ isOk: false, code })
