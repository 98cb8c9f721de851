import { findRoute, type ReplyChoice } from '../../conversation/reply/list-routes.ts'
import { preview } from '../../conversation/preview/preview.ts'
import { shownWords } from '../../conversation/preview/glimpse.ts'
import type { Conversation, MessageHeaders } from '../../conversation/table.ts'
import { keyOf } from '../../conversation/reply/used-ways.ts'
import { notFound } from '../../errors.ts'
import type { Sapa } from '../../sapa.ts'
import { channelLook } from '../channel-look.ts'
import type { Reader } from '../reader.ts'

/** View data of the bar that names the message which a reply answers. */
export interface ShownQuote {
  id: number
  conversationId: number
  author: string
  text: string
  /** Where the message stands, when the customer can be answered there. */
  there: { key: string; label: string; account: number } | null
}

/** Throws not_found for what cannot be quoted: notes, what was taken back, other conversations. */
export async function showQuote(
  sapa: Sapa,
  { words }: Reader,
  conversation: Conversation,
  routes: ReplyChoice[],
  messageId: number
): Promise<ShownQuote> {
  const row = await findQuoted(sapa, conversation.id, messageId)
  if (!row) throw notFound('message')
  const name = row.kind === 'inbound' ? (row.member ?? row.customer) : row.agent
  const there = findRoute(routes, keyOf(row.account_id ?? 0, row.identity_id ?? 0))
  return {
    id: row.id,
    conversationId: conversation.id,
    author: name || words.t('author.customer'),
    text: preview(shownWords(row)) || words.t('composer.no_text'),
    there: there
      ? {
          key: there.key,
          label: channelLook(sapa.channels, there.account.type, words.locale).label,
          account: there.account.id
        }
      : null
  }
}

async function findQuoted({ reader }: Sapa, conversationId: number, messageId: number) {
  const row = await reader
    .selectFrom('message')
    .leftJoin('agent', 'agent.id', 'message.agent_id')
    .leftJoin('identity', 'identity.id', 'message.identity_id')
    .select(['message.id', 'message.kind', 'message.text', 'message.account_id', 'message.headers'])
    .select(['message.identity_id', 'agent.name as agent', 'identity.name as customer'])
    .where('message.id', '=', messageId)
    .where('message.conversation_id', '=', conversationId)
    .where('message.kind', '!=', 'note')
    .where('message.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  const headers = JSON.parse(row.headers) as MessageHeaders
  return { ...row, headers, member: headers.member }
}
