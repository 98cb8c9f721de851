import type { Logger } from '../plugin-api/account.ts'
import type { SettingsSchema, SettingsValues } from '../plugin-api/settings.ts'

/**
 * A log that shows no secret: neither the values in `secrets`, wherever they stand, nor what a name
 * such as `password` gives away.
 */
export function maskedLog(log: Logger, secrets: () => string[]): Logger {
  const say =
    (level: keyof Logger): Logger['info'] =>
    (facts, text) => {
      const known = longEnough(secrets())
      const clean = mask(facts, known, 0, { left: mostParts }) as object
      if (text === undefined) log[level](clean)
      else log[level](clean, hide(text, known))
    }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

/** The text without these secrets. */
export const hideIn = (text: string, secrets: string[]) => hide(text, longEnough(secrets))

/** What a log must not show of a form. */
export function secretsIn(schema: SettingsSchema, values: SettingsValues): string[] {
  const names = Object.keys(schema).filter(name => schema[name]?.type === 'secret')
  return names.map(name => values[name]).filter(value => typeof value === 'string')
}

/** A copy in which no text tells a secret; short, however much it was. */
export function maskedCopy(value: unknown, secrets: string[]): unknown {
  return mask(value, longEnough(secrets), 0, { left: mostParts })
}

/** Stands where a secret stood. */
export const hidden = '[secret]'
const telling = /pass(word|phrase)?$|secret|token|authorization|cookie|api_?key|credential/i

/** An error may hold on to a whole connection, which leads to everything else. */
const mostParts = 500
const longestText = 20_000

interface Room {
  left: number
}

function mask(value: unknown, secrets: string[], depth: number, room: Room): unknown {
  if (typeof value === 'string') return hide(value.slice(0, longestText), secrets)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (depth > 6) return '[deep]'
  if (room.left <= 0) return '[more]'
  try {
    return maskParts(value, secrets, depth, room)
  } catch {
    // What throws when it is looked at.
    return '[not readable]'
  }
}

function maskParts(value: object, secrets: string[], depth: number, room: Room): unknown {
  const inner = (part: unknown) => {
    room.left--
    return mask(part, secrets, depth + 1, room)
  }
  if (value instanceof Error) return maskError(value, secrets, inner)
  if (value instanceof Date) return value
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.slice(0, Math.max(room.left, 1)).map(inner)
  const parts: [string, unknown][] = []
  for (const name in value) {
    if (!Object.hasOwn(value, name)) continue
    if (room.left <= 0) break
    const part = (value as Record<string, unknown>)[name]
    parts.push([name, telling.test(name) && typeof part === 'string' ? hidden : inner(part)])
  }
  return Object.fromEntries(parts)
}

function maskError(error: Error, secrets: string[], inner: (part: unknown) => unknown): object {
  const { name, message, stack = '', cause } = error
  const own = inner({ ...error }) as object
  const texts = { type: name, message: hide(message, secrets), stack: hide(stack, secrets) }
  return { ...own, ...texts, ...(cause !== undefined && { cause: inner(cause) }) }
}

/** Shorter ones stand everywhere. */
const longEnough = (secrets: string[]) =>
  secrets
    .filter(secret => secret.length >= 4)
    .flatMap(secret => [...new Set([secret, inAddress(secret)])])
    .toSorted((a, b) => b.length - a.length)

/** As it stands in the address of a request. */
const inAddress = (secret: string) => encodeURIComponent(Buffer.from(secret).toString())

const wholeWord = 8

function hide(text: string, secrets: string[]): string {
  return secrets.reduce(
    (shown, secret) =>
      secret.length < wholeWord
        ? shown.replaceAll(asWord(secret), hidden)
        : shown.replaceAll(secret, hidden),
    text
  )
}

/** A short one is part of many words, such as of an address. */
const asWord = (secret: string) =>
  new RegExp(`(?<![\\w.-])${secret.replaceAll(/[^\w\s]/g, '\\$&')}(?![\\w.-])`, 'g')
