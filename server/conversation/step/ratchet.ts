import type { DeliveryReceipt } from '../../plugin-api/event.ts'
import type { OutboxState } from '../../channel/table.ts'
import type { MessageStatus } from '../table.ts'

/** How far a step has come; receipts arrive in any order and only ever move it forward. */
const order = ['queued', 'sending', 'accepted', 'sent', 'delivered', 'read'] as const
type Ordered = (typeof order)[number]

/** The state after a receipt. `failed` wins until it was delivered; being late changes nothing. */
export function ratchet(state: OutboxState, news: DeliveryReceipt['status']): OutboxState {
  if (news === 'delayed' || state === 'cancelled') return state
  if (news === 'failed') return isAtLeast(state, 'delivered') ? state : 'failed'
  if (state === 'unknown') return news
  if (state === 'failed') return news === 'sent' ? state : news
  return rank(news) > rank(state) ? news : state
}

export function isAtLeast(state: OutboxState, least: Ordered): boolean {
  return rank(state) >= order.indexOf(least)
}

/** What the whole message says when its steps have come to these states. */
export function combine(states: readonly OutboxState[]): OutboxState | 'partly' {
  const failed = states.filter(state => state === 'failed').length
  if (failed > 0) return failed === states.length ? 'failed' : 'partly'
  if (states.includes('unknown')) return 'unknown'
  const live = states.filter(state => state !== 'cancelled')
  return live.toSorted((a, b) => rank(a) - rank(b))[0] ?? 'cancelled'
}

/** The same of a message that may be on its way; what was cancelled after a failure says nothing. */
export function statusOf(states: readonly OutboxState[]): MessageStatus {
  const live = states.filter(state => state !== 'cancelled')
  const isHalf = live.includes('queued') && live.some(state => reached.has(state))
  return live.includes('sending') || isHalf ? 'sending' : combine(live)
}

export const reached: ReadonlySet<string> = new Set(['accepted', 'sent', 'delivered', 'read'])

const rank = (state: OutboxState) => order.indexOf(state as Ordered)
