import type { FailureKind, SapaContext, SendResult } from 'sapa/plugin-api'
import { isOneOf, ItemError, needed, objectOf, optional } from './item.ts'

/** What a program says of a step that it was given. */
export type Ack = Taken | Failed

interface Taken {
  status: (typeof statuses)[number]
  remoteId: string
}

interface Failed {
  failure: FailureKind
  message: string
  code: string | null
  retryAfterMs: number | null
  scope: 'account' | 'thread' | null
}

export interface GivenAck {
  clientRef: string
  lease: string | null
  ack: Ack
}

const statuses = ['accepted', 'sent', 'delivered'] as const
const failures: readonly FailureKind[] = [
  'rate_limited',
  'temporary',
  'auth',
  'permanent',
  'window_closed',
  'blocked',
  'unknown_outcome'
]
const longestWaitMs = 24 * 60 * 60_000

/** Throws ItemError. */
export function readAck(given: unknown): GivenAck {
  const body = objectOf(given, 'body')
  const clientRef = needed(body, 'clientRef', 200)
  const lease = optional(body, 'lease', 100)
  if ((body['status'] === undefined) === (body['failure'] === undefined)) {
    throw new ItemError('invalid', 'status', 'An ack needs either status or failure')
  }
  if (body['failure'] !== undefined) return { clientRef, lease, ack: failed(body) }
  const { status } = body
  if (!isOneOf(statuses, status)) {
    throw new ItemError('invalid', 'status', `status must be one of ${statuses.join(', ')}`)
  }
  return { clientRef, lease, ack: { status, remoteId: needed(body, 'remoteId', 200) } }
}

function failed(body: Record<string, unknown>): Failed {
  const { failure, retryAfterMs = null, scope = null } = body
  if (!isOneOf(failures, failure)) {
    throw new ItemError('invalid', 'failure', `failure must be one of ${failures.join(', ')}`)
  }
  const isWait = Number.isSafeInteger(retryAfterMs) && Number(retryAfterMs) >= 0
  if (retryAfterMs !== null && (!isWait || Number(retryAfterMs) > longestWaitMs)) {
    throw new ItemError('invalid', 'retryAfterMs', 'retryAfterMs must be between 0 and a day')
  }
  if (scope !== null && scope !== 'account' && scope !== 'thread') {
    throw new ItemError('invalid', 'scope', 'scope must be account or thread')
  }
  return {
    failure,
    message: optional(body, 'message', 300) ?? `The program answered ${failure}`,
    code: optional(body, 'code', 50),
    retryAfterMs: retryAfterMs as number | null,
    scope
  }
}

export const isTaken = (ack: Ack): ack is Taken => 'remoteId' in ack

/** The result that core gets, or the failure that it is told. */
export function outcomeOf(ack: Ack, fail: SapaContext['failure']): SendResult {
  if (isTaken(ack)) return ack
  const { failure, message, code, retryAfterMs, scope } = ack
  throw fail(failure, message, {
    ...(code === null ? {} : { code }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(scope === null ? {} : { scope })
  })
}
