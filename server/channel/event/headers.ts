import { maxText } from '../../conversation/rewrite.ts'
import type { MessageHeaders } from '../../conversation/table.ts'
import { cleanName, normaliseAll, type Sender } from '../../customer/normalise.ts'
import type { InboundMessage } from '../../plugin-api/event.ts'
import { cleanCards } from './cards.ts'
import type { Inbound, ReadyMessage } from './inbound.ts'
import { oneLine } from './written.ts'

const maxQuote = 500
const maxChoice = 256

/**
 * Who else is on it. A forged mail in a running conversation must not move the route of answers,
 * so its Reply-To is only noted, and copies of an unproven mail are only shown.
 */
export function headersOf(
  inbound: Inbound,
  ready: ReadyMessage,
  { isVerified, mayMoveRoute }: { isVerified: boolean; mayMoveRoute: boolean }
): MessageHeaders {
  const { event } = ready
  const country = inbound.rules.country
  const copies = normaliseAll((event.others ?? []).map(claimed), country, 50)
  const [replyTo] = normaliseAll(event.replyTo ? [claimed(event.replyTo)] : [], country)
  const context = { ...event.context }
  if (replyTo && !mayMoveRoute) context['replyToIgnored'] = replyTo.value
  return {
    ...(copies.length > 0 ? { [isVerified ? 'cc' : 'others']: copies.map(recipient) } : {}),
    ...(replyTo && mayMoveRoute ? { replyTo: recipient(replyTo) } : {}),
    ...(event.automatic === undefined ? {} : { automatic: event.automatic }),
    ...(event.isSuspicious ? { isSuspicious: true } : {}),
    ...(Object.keys(context).length > 0 ? { context } : {}),
    ...shownOf(event)
  }
}

/** What its channel shows besides the words. */
function shownOf(event: InboundMessage): MessageHeaders {
  const cards = cleanCards(event.cards ?? [])
  const quote = oneLine(event.quote?.text, maxQuote)
  const member = cleanName(event.groupMember?.name)
  return {
    ...(cards.length > 0 ? { cards } : {}),
    ...(quote === '' ? {} : { quote }),
    ...(event.choice ? { choice: event.choice.id.slice(0, maxChoice) } : {}),
    ...(member === null ? {} : { member }),
    ...(event.albumKey !== undefined && event.text !== ''
      ? { captions: [{ remoteId: event.remoteId, text: event.text.slice(0, maxText) }] }
      : {})
  }
}

export const claimed = <T extends { verified: boolean }>(identity: T) => ({
  ...identity,
  verified: false
})

const recipient = ({ kind, value, name }: Sender) => {
  const shown = cleanName(name ?? undefined)
  return shown ? { kind, value, name: shown } : { kind, value }
}
