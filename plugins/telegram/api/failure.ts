import type { ChannelFailure, FailureDetail, FailureKind, SapaContext } from 'sapa/plugin-api'
import { NoAnswer, Refusal } from './call.ts'

export type Fail = SapaContext['failure']

/** In core's words: why a call that only asks has failed. */
export function askFailure(fail: Fail, error: unknown): ChannelFailure {
  if (error instanceof NoAnswer) return fail('temporary', error.message, { code: 'no_answer' })
  const failure = sendFailure(fail, error)
  return failure.failure === 'unknown_outcome' ? fail('temporary', failure.message) : failure
}

/** In core's words: why a message has not gone out, or may have. */
export function sendFailure(fail: Fail, error: unknown): ChannelFailure {
  if (isFailure(error)) return error
  if (error instanceof NoAnswer) {
    const kind = error.isHarmless ? 'temporary' : 'unknown_outcome'
    return fail(kind, error.message, { code: 'no_answer' })
  }
  if (!(error instanceof Refusal)) return fail('unknown_outcome', 'The call broke off')
  const { kind, code } = meaningOf(error)
  const wait = error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs }
  const detail: FailureDetail = { code, ...wait }
  // Telegram counts each chat by itself.
  return fail(
    kind,
    error.message,
    kind === 'rate_limited' ? { ...detail, scope: 'thread' } : detail
  )
}

export function isFailure(error: unknown): error is ChannelFailure {
  return error instanceof Error && 'failure' in error
}

interface Meaning {
  kind: FailureKind
  code: string
}

/** Each with the words by which the Bot API says it; the first that fits counts. */
const meanings: (Meaning & { status: number; words: RegExp })[] = [
  { status: 403, words: /blocked by the user/, kind: 'blocked', code: 'blocked' },
  { status: 403, words: /user is deactivated/, kind: 'blocked', code: 'deactivated' },
  { status: 403, words: /can't initiate conversation/, kind: 'blocked', code: 'not_started' },
  { status: 403, words: /kicked|not a member/, kind: 'blocked', code: 'left_group' },
  { status: 403, words: /./, kind: 'permanent', code: 'forbidden' },
  { status: 400, words: /chat not found|PEER_ID_INVALID/, kind: 'blocked', code: 'chat_not_found' },
  { status: 400, words: /too long/, kind: 'permanent', code: 'too_long' },
  { status: 400, words: /too big/, kind: 'permanent', code: 'too_big' },
  { status: 400, words: /not enough rights/, kind: 'permanent', code: 'forbidden' },
  { status: 400, words: /can't be (edited|deleted)/, kind: 'permanent', code: 'too_late' },
  { status: 400, words: /REACTION_INVALID/, kind: 'permanent', code: 'reaction' },
  { status: 400, words: /BUSINESS_/, kind: 'permanent', code: 'business' },
  { status: 413, words: /./, kind: 'permanent', code: 'too_big' }
]

function meaningOf({ status, message }: Refusal): Meaning {
  const known = meanings.find(one => one.status === status && one.words.test(message))
  if (known) return known
  if (status === 429) return { kind: 'rate_limited', code: '429' }
  if (status === 401) return { kind: 'auth', code: 'token' }
  // Whatever looks like no token at all is not found.
  if (status === 404) return { kind: 'auth', code: 'token' }
  if (status === 408 || status >= 500) return { kind: 'unknown_outcome', code: String(status) }
  return { kind: 'permanent', code: String(status) }
}
