import type { RelayStatus } from '../../channel/relay/table.ts'
import type { Translator } from '../../i18n/words.ts'
import type { ListedRelay } from '../timeline/relay.ts'

/** "Also sent by email to …": the repeat of a reply has a state of its own. */
export interface ShownRelay {
  icon: 'clock' | 'check' | 'check-check' | 'circle-alert' | 'circle-question-mark'
  text: string
  reason: string | null
  tone: 'plain' | 'warn' | 'danger'
}

export function presentRelay(relay: ListedRelay, { t }: Translator): ShownRelay {
  const [word, icon, tone = 'plain'] = looks[relay.status]
  return { icon, tone, text: t(`relay.${word}`, { address: relay.address }), reason: relay.reason }
}

const looks: Record<RelayStatus, [string, ShownRelay['icon'], ShownRelay['tone']?]> = {
  queued: ['sending', 'clock'],
  sending: ['sending', 'clock'],
  accepted: ['sent', 'check'],
  sent: ['sent', 'check'],
  delivered: ['delivered', 'check-check'],
  read: ['delivered', 'check-check'],
  partly: ['partly', 'circle-alert', 'warn'],
  unknown: ['unknown', 'circle-question-mark', 'warn'],
  failed: ['failed', 'circle-alert', 'danger'],
  cancelled: ['failed', 'circle-alert', 'danger']
}
