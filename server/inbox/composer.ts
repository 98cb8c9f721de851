import { randomUUID } from 'node:crypto'
import { may } from '../agent/permission.ts'
import { capabilitiesOf } from '../conversation/capabilities.ts'
import type { DraftParticulars } from '../conversation/draft.ts'
import { findReplyRoute } from '../conversation/reply-route.ts'
import type { Account } from '../channel/table.ts'
import type { Conversation } from '../conversation/table.ts'
import type { Translator } from '../i18n/words.ts'
import type { Sapa } from '../sapa.ts'
import { channelLook, type ChannelLook } from './channel-look.ts'
import type { Reader } from './reader.ts'
import { maxUploadBytes } from './upload.ts'

/** View data of the composer. */
export interface ShownComposer {
  id: number
  agentId: number
  canReply: boolean
  canNote: boolean
  /** Null: nobody can be answered, only notes are possible. */
  look: ChannelLook | null
  hint: string
  /** Why nothing leaves now; null while the channel is there. */
  off: string | null
  hasCopies: boolean
  /** The customer can be shown that an agent writes. */
  tellsTyping: boolean
  cc: string
  /** Last message that this page shows: a newer one stops the reply. */
  seen: number
  key: string
  enterSends: boolean
  /** JSON for the composer behaviour: `{ reply: { text, at }, note: { text, at } }`. */
  drafts: string
  /** What one file may weigh, in bytes and in words. */
  maxBytes: number
  limit: string
  files: { token: string; filename: string; size: string }[]
}

export async function showComposer(
  sapa: Sapa,
  { agent, words }: Reader,
  row: Conversation
): Promise<ShownComposer> {
  const [route, drafts, newest] = await Promise.all([
    findReplyRoute(sapa.reader, row, sapa.clock()),
    draftsOf(sapa, row.id, agent.id),
    sapa.reader
      .selectFrom('message')
      .select(eb => eb.fn.max('id').as('id'))
      .where('conversation_id', '=', row.id)
      .executeTakeFirst()
  ])
  return {
    id: row.id,
    agentId: agent.id,
    canReply: may(agent.role, 'conversation:reply') && route !== null,
    canNote: may(agent.role, 'conversation:note'),
    look: route ? channelLook(sapa.channels, route.account.type, words.locale) : null,
    hint: route ? words.t('composer.to', { address: route.to.value }) : '',
    off: route ? offText(sapa, route.account, words) : null,
    hasCopies: route ? capabilitiesOf(route.account).hasCopies : false,
    tellsTyping: Boolean(route && sapa.supervisor.session(route.account.id)?.typing),
    cc: route?.copies.join(', ') ?? '',
    seen: newest?.id ?? 0,
    key: randomUUID(),
    enterSends: agent.enter_sends === 1,
    drafts: JSON.stringify(
      Object.fromEntries(drafts.map(({ mode, text, at }) => [mode, { text, at }]))
    ),
    maxBytes: maxUploadBytes,
    limit: words.bytes(maxUploadBytes),
    files: await filesOf(
      sapa,
      agent.id,
      drafts.find(draft => draft.mode === 'reply'),
      words
    )
  }
}

/** A reply to a channel that is off waits like any other. */
function offText(sapa: Sapa, { type, name }: Account, { t }: Translator): string | null {
  if (sapa.channels.get(type)) return null
  return t(sapa.boot.safeMode ? 'composer.off_safe' : 'composer.off', { name })
}

function draftsOf(sapa: Sapa, conversationId: number, agentId: number) {
  return sapa.db
    .selectFrom('draft')
    .select(['mode', 'text', 'particulars', 'updated_at as at'])
    .where('conversation_id', '=', conversationId)
    .where('agent_id', '=', agentId)
    .execute()
}

/** Files of a reply that was taken back. */
async function filesOf(
  sapa: Sapa,
  agentId: number,
  draft: { particulars: string } | undefined,
  words: Translator
): Promise<ShownComposer['files']> {
  const { attachments = [] } = JSON.parse(draft?.particulars ?? '{}') as DraftParticulars
  if (attachments.length === 0) return []
  const rows = await sapa.db
    .selectFrom('attachment')
    .select(['token', 'filename', 'size'])
    .where('token', 'in', attachments)
    .where('agent_id', '=', agentId)
    .where('message_id', 'is', null)
    .execute()
  return rows.map(row => ({ ...row, size: words.bytes(row.size) }))
}
