import type { ChannelFailure, FailureDetail, FailureKind } from '../plugin-api/outbound.ts'
import { plainError } from '../plain-error.ts'

export interface Failure {
  kind: FailureKind
  detail: FailureDetail
  text: string
  /** The channel broke its promise: it threw something that is no failure of the contract. */
  isUnexpected: boolean
}

/** The one place where whatever a channel threw becomes the small vocabulary. */
export function failureOf(error: unknown): Failure {
  if (isChannelFailure(error)) {
    return {
      kind: error.failure,
      detail: error.detail ?? {},
      text: short(error.message),
      isUnexpected: false
    }
  }
  const { name, message } = plainError(error)
  const text = error instanceof Error ? `${name}: ${message}` : message
  return { kind: 'temporary', detail: {}, text: short(text), isUnexpected: true }
}

/** Recognised by shape: a plugin never imports our class. */
function isChannelFailure(error: unknown): error is ChannelFailure {
  return error instanceof Error && kinds.has((error as Partial<ChannelFailure>).failure ?? '')
}

const kinds: ReadonlySet<string> = new Set<FailureKind>([
  'rate_limited',
  'temporary',
  'auth',
  'permanent',
  'window_closed',
  'blocked',
  'unknown_outcome'
])

const short = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, 500)
