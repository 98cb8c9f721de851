import { findCustomer, type Merged } from '../conversation/merge/merge-customers.ts'
import { undoableMs } from '../conversation/merge/unmerge-customers.ts'
import type { IdentityRow } from '../customer/table.ts'
import type { Db } from '../db/schema.ts'
import type { Translator } from '../i18n/words.ts'
import { avatarOf, type Avatar } from '../inbox/avatar.ts'
import { channelLook, type ChannelLook } from '../inbox/channel-look.ts'
import { previewText } from '../inbox/present/preview-text.ts'
import type { Sapa } from '../sapa.ts'

export interface ShownCustomer {
  id: number
  name: string
  /** As stored, for the form. */
  ownName: string
  avatar: Avatar
  note: string
  isVip: boolean
  isBlocked: boolean
  facts: string
  identities: {
    value: string
    look: ChannelLook
    state: 'verified' | 'claimed' | 'unreachable' | 'former'
    since: string
  }[]
  suggestions: { id: number; text: string; href: string | null }[]
  merges: { event: number; text: string }[]
  conversations: {
    href: string
    subject: string
    look: ChannelLook
    isClosed: boolean
    date: string
  }[]
}

/** Everything about one person. Throws not_found. */
export async function showCustomer(
  sapa: Sapa,
  words: Translator,
  id: number
): Promise<ShownCustomer> {
  const { db, channels, clock } = sapa
  const { t } = words
  const now = clock()
  const customer = await findCustomer(db, id)
  const [identities, suggestions, merges, conversations] = await Promise.all([
    identitiesOf(db, customer.id),
    suggestionsOf(db, customer.id),
    mergesOf(db, customer.id, now),
    conversationsOf(db, customer.id)
  ])
  return {
    id: customer.id,
    name: customer.name || identities[0]?.value || t('customer.unknown'),
    ownName: customer.name,
    avatar: avatarOf(customer.name),
    note: customer.note,
    isVip: customer.is_vip === 1,
    isBlocked: customer.is_blocked === 1,
    facts: t('person.facts', {
      since: words.date(customer.created_at, now),
      seen: words.dateTime(customer.last_seen_at, now)
    }),
    identities: identities.map(row => ({
      value: row.value,
      look: channelLook(channels, row.channel, words.locale),
      state: stateOf(row),
      since: words.date(row.former_at ?? row.verified_at ?? row.created_at, now)
    })),
    suggestions: suggestions.map(row => ({
      id: row.id,
      text: t(`suggestion.${row.reason}`, {
        name: row.other_name || t('customer.unknown'),
        number: row.other_conversation_id ?? 0
      }),
      href:
        row.other_customer_id === null
          ? `/conversations/${row.other_conversation_id}`
          : `/customers/${row.other_customer_id}`
    })),
    merges: merges.map(row => ({
      event: row.id,
      text: t('person.merged', {
        name: (JSON.parse(row.particulars) as Merged).name || t('customer.unknown'),
        time: words.date(row.at, now)
      })
    })),
    conversations: conversations.map(row => ({
      href: `/conversations/${row.id}`,
      subject:
        row.subject ||
        previewText({ preview: row.preview, what: row.preview_what }, words) ||
        t('conversation.no_subject'),
      look: channelLook(channels, row.channel, words.locale),
      isClosed: row.status === 'closed',
      date: words.date(row.last_message_at, now)
    }))
  }
}

function stateOf(row: Pick<IdentityRow, 'former_at' | 'unreachable_at' | 'verified_at'>) {
  if (row.former_at !== null) return 'former'
  if (row.unreachable_at !== null) return 'unreachable'
  return row.verified_at === null ? 'claimed' : 'verified'
}

function identitiesOf(db: Db, id: number) {
  return db
    .selectFrom('identity')
    .select(['value', 'channel', 'verified_at', 'unreachable_at', 'former_at', 'created_at'])
    .where('customer_id', '=', id)
    .orderBy('id')
    .limit(50)
    .execute()
}

function suggestionsOf(db: Db, id: number) {
  return db
    .selectFrom('suggestion')
    .leftJoin('customer', 'customer.id', 'suggestion.other_customer_id')
    .select(['suggestion.id', 'suggestion.reason', 'suggestion.other_customer_id'])
    .select(['suggestion.other_conversation_id', 'customer.name as other_name'])
    .where('suggestion.customer_id', '=', id)
    .where('suggestion.state', '=', 'open')
    .orderBy('suggestion.id')
    .limit(10)
    .execute()
}

/** Those that can still be taken back. */
async function mergesOf(db: Db, id: number, now: Date) {
  const rows = await db
    .selectFrom('event')
    .select(['id', 'particulars', 'at'])
    .where('customer_id', '=', id)
    .where('action', '=', 'merged')
    .where('at', '>', now.getTime() - undoableMs)
    .orderBy('id', 'desc')
    .limit(10)
    .execute()
  const gone = rows.map(row => (JSON.parse(row.particulars) as Merged).customer)
  if (gone.length === 0) return []
  const still = await db
    .selectFrom('customer')
    .select('id')
    .where('id', 'in', gone)
    .where('merged_into', '=', id)
    .execute()
  const known = new Set(still.map(row => row.id))
  return rows.filter((_row, index) => known.delete(gone[index] ?? 0))
}

function conversationsOf(db: Db, id: number) {
  return db
    .selectFrom('conversation')
    .select(['id', 'subject', 'preview', 'preview_what', 'channel', 'status', 'last_message_at'])
    .where('customer_id', '=', id)
    .orderBy('last_message_at', 'desc')
    .limit(40)
    .execute()
}
