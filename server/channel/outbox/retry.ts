import { jitter } from './backoff.ts'
import type { Failure } from '../failure.ts'
import type { OutboxStepRow } from '../table.ts'

/** What becomes of a step that a provider did not take. */
export type Verdict =
  | { state: 'queued'; waitMs: number; counts: boolean; pausesAccount: boolean }
  | { state: 'failed' }
  | { state: 'unknown' }

const waits = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000]

/** A throw outside the contract is a fault of the plugin; hours of repeating will not heal it. */
const faultTries = 3

/** `attempts` counts the one that just failed. An action may be done twice: then it is tried again. */
export function verdict(
  failure: Failure,
  attempts: number,
  random: () => number,
  kind: OutboxStepRow['kind'] = 'message'
): Verdict {
  const { detail } = failure
  const isOpen = failure.kind === 'unknown_outcome' && kind === 'action'
  switch (isOpen ? 'temporary' : failure.kind) {
    case 'rate_limited':
      return {
        state: 'queued',
        waitMs: detail.retryAfterMs ?? 30_000,
        counts: false,
        pausesAccount: detail.scope !== 'thread'
      }
    case 'auth':
      return { state: 'queued', waitMs: 5_000, counts: false, pausesAccount: true }
    case 'temporary': {
      const wait = waits[attempts - 1]
      if (wait === undefined || (failure.isUnexpected && attempts >= faultTries)) {
        return { state: 'failed' }
      }
      const waitMs = Math.max(jitter(wait, random), detail.retryAfterMs ?? 0)
      return { state: 'queued', waitMs, counts: true, pausesAccount: false }
    }
    case 'unknown_outcome':
      return { state: 'unknown' }
    default:
      return { state: 'failed' }
  }
}
