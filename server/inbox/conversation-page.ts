import { may } from '../agent/permission.ts'
import { capabilitiesOf } from '../conversation/capabilities.ts'
import { findVisible } from '../conversation/access.ts'
import { findSeen } from '../conversation/seen.ts'
import type { Conversation } from '../conversation/table.ts'
import type { ConversationProps } from '../plugin-api/slots.ts'
import { Budget } from '../plugin-host/slot/budget.ts'
import { showRegion, type ShownRegion } from '../plugin-host/slot/show.ts'
import type { Sapa } from '../sapa.ts'
import { channelLook, hasSubject, type ChannelLook } from './channel-look.ts'
import { loadPane } from './pane.ts'
import { presentHeader, type ShownHeader } from './present/header.ts'
import { presentPane, type ShownPane } from './present/pane.ts'
import {
  presentTimeline,
  type ShownLeg,
  type ShownTimeline,
  type TimelineContext
} from './present/timeline.ts'
import type { Reader } from './reader.ts'
import { loadTimeline, loadNews, type TimelinePage } from './timeline/timeline.ts'

/** A leg with its channel's look, as the timeline partial draws it. */
export type LookedTimeline = Omit<ShownTimeline, 'legs'> & {
  legs: (ShownLeg & { look: ChannelLook | null })[]
}

/** Head, timeline and customer pane of one conversation. Throws not_found. */
export async function showConversation(
  sapa: Sapa,
  reader: Reader,
  id: number,
  budget: Budget
): Promise<{ header: ShownHeader; timeline: LookedTimeline; pane: ShownPane; row: Conversation }> {
  const row = await findVisible(sapa.reader, id, reader.agent)
  const seenId = await findSeen(sapa.db, id, reader.agent.id)
  const [header, timeline, pane] = await Promise.all([
    showHeader(sapa, reader, row, budget),
    showTimeline(sapa, reader, id, null, seenId),
    showPane(sapa, reader, row, budget)
  ])
  return { header, timeline, pane, row }
}

export async function showHeader(
  sapa: Sapa,
  reader: Reader,
  row: Conversation,
  budget = new Budget()
): Promise<ShownHeader> {
  const [header, actions] = await Promise.all([
    presentHeader(sapa, reader, row),
    showRegion(sapa, reader, 'conversation.actions', slotPropsOf(row), budget)
  ])
  return { ...header, actions }
}

/** What plugins add beside the composer's tools. */
export function showTools(
  sapa: Sapa,
  reader: Reader,
  row: Conversation,
  budget = new Budget()
): Promise<ShownRegion> {
  return showRegion(sapa, reader, 'composer.toolbar', slotPropsOf(row), budget)
}

function slotPropsOf(row: Conversation): ConversationProps {
  return { conversation: row.id, customer: row.customer_id, channel: row.channel }
}

/** A page of the timeline; without `before` the newest. */
export async function showTimeline(
  sapa: Sapa,
  reader: Reader,
  id: number,
  before: string | null,
  seenId = 0
): Promise<LookedTimeline> {
  return looked(sapa, reader, id, await loadTimeline(sapa.reader, id, before), { seenId })
}

/** What came after the given message and event. */
export async function showNews(
  sapa: Sapa,
  reader: Reader,
  id: number,
  after: { messageId: number; eventId: number; leg: string }
): Promise<LookedTimeline> {
  return looked(sapa, reader, id, await loadNews(sapa.reader, id, after), {
    after: after.leg
  })
}

export async function showPane(
  sapa: Sapa,
  reader: Reader,
  row: Pick<Conversation, 'id' | 'customer_id'>,
  budget = new Budget()
): Promise<ShownPane> {
  const props = { customer: row.customer_id, conversation: row.id }
  const [pane, header, sidebar] = await Promise.all([
    loadPane(sapa.reader, row, reader.agent),
    showRegion(sapa, reader, 'customer.header', props, budget),
    showRegion(sapa, reader, 'customer.sidebar', props, budget)
  ])
  return presentPane(pane, sapa.channels, reader, row.id, { header, sidebar })
}

/** How channels and accounts are called on a timeline. Accounts are few: one query. */
export async function timelineContext(
  sapa: Sapa,
  reader: Reader,
  conversationId: number
): Promise<TimelineContext> {
  const accounts = await sapa.reader
    .selectFrom('account')
    .select(['id', 'name', 'address', 'capabilities', 'is_enabled'])
    .execute()
  const known = new Map(accounts.map(account => [account.id, account]))
  const abilities = new Map(
    accounts.flatMap(row => (row.is_enabled === 1 ? [[row.id, capabilitiesOf(row)]] : []))
  )
  const { agent, words } = reader
  return {
    words,
    now: sapa.clock(),
    conversationId,
    reader: {
      id: agent.id,
      canReply: may(agent.role, 'conversation:reply'),
      canReadRaw: may(agent.role, 'journal:manage')
    },
    channel: type => ({
      label: channelLook(sapa.channels, type, reader.words.locale).label,
      hasSubject: hasSubject(sapa.channels, type)
    }),
    account: id => {
      const account = known.get(id ?? 0)
      return account?.address ?? account?.name ?? ''
    },
    capabilities: id => abilities.get(id ?? 0) ?? null,
    reason: (type, code) => sapa.channels.get(type ?? '')?.reasons?.[code]?.[words.locale] ?? null,
    kind: (type, what) => sapa.channels.get(type ?? '')?.kinds?.[what]?.[words.locale] ?? what
  }
}

async function looked(
  sapa: Sapa,
  reader: Reader,
  id: number,
  page: TimelinePage,
  known: Pick<TimelineContext, 'after' | 'seenId'>
): Promise<LookedTimeline> {
  const context = await timelineContext(sapa, reader, id)
  const shown = presentTimeline(page, { ...context, ...known })
  const legs = shown.legs.map(leg => ({
    ...leg,
    look: leg.channel === null ? null : channelLook(sapa.channels, leg.channel, reader.words.locale)
  }))
  return { ...shown, legs }
}
