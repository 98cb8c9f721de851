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
      const clean = mask(facts, known, 0) as object
      if (text === undefined) log[level](clean)
      else log[level](clean, hide(text, known))
    }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

/** The text without these secrets. */
export const hideIn = (text: string, secrets: string[]) => hide(text, longEnough(secrets))

/** Shorter ones stand everywhere. */
const longEnough = (secrets: string[]) => secrets.filter(secret => secret.length >= 4)

/** What a log must not show of a form. */
export function secretsIn(schema: SettingsSchema, values: SettingsValues): string[] {
  const names = Object.keys(schema).filter(name => schema[name]?.type === 'secret')
  return names.map(name => values[name]).filter(value => typeof value === 'string')
}

const mark = '[secret]'
const telling = /pass(word|phrase)?$|secret|token|authorization|cookie|api_?key|credential/i

function mask(value: unknown, secrets: string[], depth: number): unknown {
  if (typeof value === 'string') return hide(value, secrets)
  if (typeof value !== 'object' || value === null) return value
  if (depth > 6) return '[deep]'
  if (value instanceof Error) return maskError(value, secrets, depth)
  if (value instanceof Date) return value
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (Array.isArray(value)) return value.map(item => mask(item, secrets, depth + 1))
  const entries = Object.entries(value).map(([name, part]) =>
    telling.test(name) && typeof part === 'string'
      ? [name, mark]
      : [name, mask(part, secrets, depth + 1)]
  )
  return Object.fromEntries(entries)
}

function maskError(error: Error, secrets: string[], depth: number): object {
  const { name, message, stack = '', cause } = error
  const own = mask({ ...error }, secrets, depth + 1) as object
  const texts = { type: name, message: hide(message, secrets), stack: hide(stack, secrets) }
  return {
    ...own,
    ...texts,
    ...(cause !== undefined && { cause: mask(cause, secrets, depth + 1) })
  }
}

function hide(text: string, secrets: string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, mark), text)
}
