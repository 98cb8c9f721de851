import { numberGone } from '../../channel/outbox/refuse-former.ts'
import type { MessageEntry } from '../timeline/entry.ts'
import type { TimelineContext } from './timeline.ts'

/** How an outbound message stands, and what the agent can do about it. */
export interface ShownStatus {
  icon: 'clock' | 'check' | 'check-check' | 'circle-alert' | 'circle-question-mark'
  text: string
  tone: 'plain' | 'read' | 'warn' | 'danger'
  reason: string | null
  /** What the provider said, word for word, where `reason` says it in our words. */
  raw: string | null
  /** ISO time until which it can still be cancelled. */
  undoUntil: string | null
  canCancel: boolean
  canResend: boolean
  canConfirm: boolean
  /** Needs words or a way out, not only a tick beside the time. */
  isLoud: boolean
}

export function presentStatus(
  entry: MessageEntry,
  context: Pick<TimelineContext, 'words' | 'now' | 'reason'>
): ShownStatus | null {
  if (entry.kind !== 'outbound') return null
  const { words, now } = context
  const { status, statusReason } = entry
  const meant = meaningOf(entry, context)
  const sendAfter = entry.sendAfter ?? 0
  const isAhead = status === 'queued' && sendAfter > now.getTime()
  // What has failed once waits for its next attempt, not for the agent's second thoughts.
  const isRetry = isAhead && statusReason !== null
  const isHeld = isAhead && !isRetry
  return {
    icon: icons[status] ?? 'clock',
    text: isRetry
      ? words.t('delivery.retry', { time: words.dateTime(sendAfter) })
      : words.t(isHeld ? 'delivery.held' : `delivery.${status}`),
    tone: tones[status] ?? 'plain',
    reason: meant ?? statusReason,
    raw: meant === null ? null : statusReason,
    undoUntil: isHeld ? new Date(sendAfter).toISOString() : null,
    canCancel: status === 'queued',
    canResend: status === 'failed' || status === 'unknown',
    canConfirm: status === 'unknown',
    isLoud: status === 'queued' || status === 'sending' || (tones[status] ?? 'read') !== 'read'
  }
}

/** Codes stand beside the step that failed, or begin what a receipt says. */
function meaningOf(
  { statusReason, failureCode, channel }: MessageEntry,
  { reason, words }: Pick<TimelineContext, 'reason' | 'words'>
): string | null {
  if (statusReason === null) return null
  if (failureCode === numberGone) return words.t('delivery.reason.number_gone')
  const [first = ''] = statusReason.split(/[\s:]/, 1)
  return (failureCode ? reason(channel, failureCode) : null) ?? reason(channel, first)
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
