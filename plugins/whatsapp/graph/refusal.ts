import type { ChannelFailure, FailureDetail, FailureKind } from 'sapa/plugin-api'
import type { Line } from '../line.ts'
import { readObject, textAt, textOf, type Loose } from '../parse/loose.ts'
import { kindOf } from './code.ts'

const second = 1000
const hour = 3600 * second

/** The API has said no, or something before it has. */
export function refusalOf(line: Line, response: Response, answer: Loose): ChannelFailure {
  const error = readObject(answer['error'])
  const code = textOf(error['code'])
  const kind = kindOf(code) ?? (error['is_transient'] === true ? 'temporary' : undefined)
  const detail = { code: code || String(response.status), ...waitOf(line, code, response) }
  if (kind === 'permanent' && isWrongNumber(code, error)) {
    return line.fail(
      'auth',
      'The API does not know this number, or the token may not use it',
      detail
    )
  }
  if (kind) return line.fail(kind, wordsOf(line, error), detail)
  // What has no number of Meta's comes from a gateway, which may repeat what it was told: our token.
  return line.fail(kindOfStatus(response.status), `The API answered ${response.status}`, detail)
}

/** `Object with ID '…' does not exist, cannot be loaded due to missing permissions`. */
const isWrongNumber = (code: string, error: Loose) =>
  code === '33' || (code === '100' && textOf(error['error_subcode']) === '33')

function wordsOf({ settings }: Line, error: Loose): string {
  const details =
    textAt(error['error_data'], 'details') || textOf(error['message']) || 'The API refused it'
  return [settings.accessToken, settings.appSecret]
    .filter(Boolean)
    .reduce((text, secret) => text.replaceAll(secret, '…'), details)
}

/** A 5xx of a gateway may have come after the message had passed it. */
function kindOfStatus(status: number): FailureKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 429) return 'rate_limited'
  if (status === 408 || status >= 500) return 'unknown_outcome'
  return 'permanent'
}

/** How long, where Meta does not say it: until what is told by the number has passed. */
const waits: Record<string, FailureDetail> = {
  '131056': { scope: 'thread', retryAfterMs: 6 * second },
  '130429': { scope: 'account', retryAfterMs: 5 * second },
  '4': { scope: 'account', retryAfterMs: 60 * second },
  '80007': { scope: 'account', retryAfterMs: 60 * second },
  '80008': { scope: 'account', retryAfterMs: 60 * second },
  '131048': { scope: 'account', retryAfterMs: hour },
  '131064': { scope: 'account', retryAfterMs: hour },
  '133016': { scope: 'account', retryAfterMs: hour }
}

function waitOf(line: Line, code: string, { status, headers }: Response): FailureDetail {
  const known = Object.hasOwn(waits, code) ? waits[code] : undefined
  const told = toldWait(headers.get('retry-after'), line.now())
  if (!known && status !== 429) return {}
  return { scope: 'account', ...known, ...(told !== null && { retryAfterMs: told }) }
}

/** Seconds or a date. */
function toldWait(header: string | null, now: number): number | null {
  if (!header) return null
  const ms = /^\d+$/.test(header) ? Number(header) * second : Date.parse(header) - now
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, 24 * hour) : null
}
