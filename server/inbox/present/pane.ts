import type { Channels } from '../../channel/registry.ts'
import { avatarOf, type Avatar } from '../avatar.ts'
import { channelLook, type ChannelLook } from '../channel-look.ts'
import type { ShownRegion } from '../../plugin-host/slot/show.ts'
import type { Pane } from '../pane.ts'
import { previewText } from './preview-text.ts'
import type { Reader } from '../reader.ts'

/** View data of the customer pane. */
export interface ShownPane {
  header: ShownRegion
  sidebar: ShownRegion
  conversationId: number
  customer: {
    id: number
    name: string
    avatar: Avatar
    isVip: boolean
    isBlocked: boolean
    note: string
  }
  since: string
  lastSeen: string
  identities: {
    id: number
    value: string
    /** The name where the value is a number of the provider's. */
    label: string
    look: ChannelLook
    isVerified: boolean
    isFormer: boolean
    isUnreachable: boolean
  }[]
  suggestions: { id: number; text: string; href: string | null }[]
  /** What may be added. */
  knownTags: string[]
  tags: { id: number; name: string }[]
  previous: { href: string; subject: string; isClosed: boolean; date: string }[]
  hasMorePrevious: boolean
}

export function presentPane(
  pane: Pane,
  channels: Channels,
  { words }: Reader,
  conversationId: number,
  slots: Pick<ShownPane, 'header' | 'sidebar'>
): ShownPane {
  const { customer } = pane
  const name = customer.name || pane.identities[0]?.value || words.t('customer.unknown')
  return {
    ...slots,
    conversationId,
    customer: {
      id: customer.id,
      name,
      avatar: avatarOf(customer.name),
      isVip: customer.is_vip === 1,
      isBlocked: customer.is_blocked === 1,
      note: customer.note
    },
    since: words.date(customer.created_at, new Date(0)),
    lastSeen: words.dateTime(customer.last_seen_at),
    identities: pane.identities.map(identity => ({
      id: identity.id,
      value: identity.value,
      label: (identity.kind === 'external' && identity.name) || identity.value,
      look: channelLook(channels, identity.channel, words.locale),
      isVerified: identity.verified_at !== null,
      isFormer: identity.former_at !== null,
      isUnreachable: identity.unreachable_at !== null
    })),
    suggestions: pane.suggestions.map(suggestion => ({
      id: suggestion.id,
      text: words.t(`suggestion.${suggestion.reason}`, {
        name: suggestion.other_name ?? '',
        number: suggestion.other_conversation_id ?? 0
      }),
      href:
        suggestion.other_conversation_id === null
          ? null
          : `/conversations/${suggestion.other_conversation_id}`
    })),
    tags: pane.tags,
    knownTags: unused(pane),
    previous: pane.previous.rows.map(row => ({
      href: `/conversations/${row.id}`,
      subject:
        row.subject ||
        previewText({ preview: row.preview, what: row.preview_what }, words) ||
        words.t('conversation.no_subject'),
      isClosed: row.status === 'closed',
      date: words.date(row.last_message_at)
    })),
    hasMorePrevious: pane.previous.hasMore
  }
}

function unused({ tags, knownTags }: Pane): string[] {
  const held = new Set(tags.map(tag => tag.name))
  return knownTags.map(tag => tag.name).filter(name => !held.has(name))
}
