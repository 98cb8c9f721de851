import type { Translator } from '../i18n/words.ts'
import type { MessageEntry } from './entry.ts'
import { isOver } from './present-relay.ts'

/** How an outbound message stands, and what the agent can do about it. */
export interface ShownStatus {
  icon: 'clock' | 'check' | 'check-check' | 'circle-alert' | 'circle-question-mark'
  text: string
  tone: 'plain' | 'read' | 'warn' | 'danger'
  reason: string | null
  /** ISO time until which it can still be cancelled. */
  undoUntil: string | null
  canCancel: boolean
  canResend: boolean
  canConfirm: boolean
  /** Needs words or a way out, not only a tick beside the time. */
  isLoud: boolean
  /** Nothing more will happen by itself. */
  isFinal: boolean
}

export function presentStatus(
  entry: MessageEntry,
  words: Translator,
  now: Date
): ShownStatus | null {
  if (entry.kind !== 'outbound') return null
  const { status } = entry
  const sendAfter = entry.sendAfter ?? 0
  const isAhead = status === 'queued' && sendAfter > now.getTime()
  // What has failed once waits for its next attempt, not for the agent's second thoughts.
  const isRetry = isAhead && entry.statusReason !== null
  const isHeld = isAhead && !isRetry
  return {
    icon: icons[status] ?? 'clock',
    text: isRetry
      ? words.t('delivery.retry', { time: words.dateTime(sendAfter) })
      : words.t(isHeld ? 'delivery.held' : `delivery.${status}`),
    tone: tones[status] ?? 'plain',
    reason: entry.statusReason,
    undoUntil: isHeld ? new Date(sendAfter).toISOString() : null,
    canCancel: status === 'queued',
    canResend: status === 'failed' || status === 'unknown',
    canConfirm: status === 'unknown',
    isLoud: status === 'queued' || status === 'sending' || (tones[status] ?? 'read') !== 'read',
    isFinal: (status === 'read' || status === 'failed') && entry.relays.every(isOver)
  }
}

type Status = MessageEntry['status']

const icons: Partial<Record<Status, ShownStatus['icon']>> = {
  accepted: 'check',
  sent: 'check',
  delivered: 'check-check',
  read: 'check-check',
  partly: 'circle-alert',
  failed: 'circle-alert',
  unknown: 'circle-question-mark'
}

const tones: Partial<Record<Status, ShownStatus['tone']>> = {
  read: 'read',
  partly: 'warn',
  unknown: 'warn',
  failed: 'danger'
}
