import { randomUUID } from 'node:crypto'
import { may } from '../../agent/permission.ts'
import { capabilitiesOf } from '../../conversation/capabilities.ts'
import type { DraftParticulars } from '../../conversation/reply/draft.ts'
import {
  findRoute,
  listReplyRoutes,
  type ReplyChoice
} from '../../conversation/reply/list-routes.ts'
import { findReplyRoute } from '../../conversation/reply/route.ts'
import type { Conversation } from '../../conversation/table.ts'
import type { Translator } from '../../i18n/words.ts'
import type { Sapa } from '../../sapa.ts'
import { presentRoute, type AskedRoute, type ShownRoute } from './reply-route.ts'
import { DomainError } from '../../errors.ts'
import { showQuote, type ShownQuote } from './quote.ts'
import type { Reader } from '../reader.ts'
import { maxUploadBytes } from './upload.ts'

/** View data of the composer. */
export interface ShownComposer {
  id: number
  agentId: number
  canReply: boolean
  canNote: boolean
  route: ShownRoute
  /** One of the routes knows copies. */
  hasCopies: boolean
  cc: string
  quote: ShownQuote | null
  /** Titles of a reply that was taken back. */
  titles: string[]
  /** How many answers to tap any of the routes takes at most. */
  most: number
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

const mostChoices = 10

export async function showComposer(
  sapa: Sapa,
  reader: Reader,
  row: Conversation,
  asked: AskedRoute = {}
): Promise<ShownComposer> {
  const { agent, words } = reader
  const [routes, usual, drafts, newest] = await Promise.all([
    listReplyRoutes(sapa.reader, row, sapa.clock()),
    findReplyRoute(sapa.reader, row, sapa.clock()),
    draftsOf(sapa, row.id, agent.id),
    sapa.reader
      .selectFrom('message')
      .select(eb => eb.fn.max('id').as('id'))
      .where('conversation_id', '=', row.id)
      .executeTakeFirst()
  ])
  const draft = drafts.find(({ mode }) => mode === 'reply')
  const kept = particularsOf(draft)
  const wanted = findRoute(routes, kept.route)?.key
  const able = routes.map(({ account }) => capabilitiesOf(account))
  const most = able.map(({ choices }) => choices?.most ?? 0)
  return {
    id: row.id,
    agentId: agent.id,
    canReply: may(agent.role, 'conversation:reply') && routes.length > 0,
    canNote: may(agent.role, 'conversation:note'),
    route: presentRoute(sapa, reader, row, routes, {
      ...(wanted ? { route: wanted } : {}),
      ...given(asked)
    }),
    hasCopies: able.some(({ hasCopies }) => hasCopies),
    quote: kept.quotedId ? await quoteOf(sapa, reader, row, routes, kept.quotedId) : null,
    titles: kept.choices ?? [],
    cc: usual?.copies.join(', ') ?? '',
    most: Math.min(mostChoices, Math.max(0, ...most)),
    seen: newest?.id ?? 0,
    key: randomUUID(),
    enterSends: agent.enter_sends === 1,
    drafts: JSON.stringify(
      Object.fromEntries(drafts.map(({ mode, text, at }) => [mode, { text, at }]))
    ),
    maxBytes: maxUploadBytes,
    limit: words.bytes(maxUploadBytes),
    files: await filesOf(sapa, agent.id, kept.attachments, words)
  }
}

function draftsOf(sapa: Sapa, conversationId: number, agentId: number) {
  return sapa.db
    .selectFrom('draft')
    .select(['mode', 'text', 'particulars', 'updated_at as at'])
    .where('conversation_id', '=', conversationId)
    .where('agent_id', '=', agentId)
    .execute()
}

function particularsOf(draft: { particulars: string } | undefined): DraftParticulars {
  return JSON.parse(draft?.particulars ?? '{}') as DraftParticulars
}

const given = (asked: AskedRoute): AskedRoute => (asked.route ? asked : {})

/** What was quoted may be gone by now. */
async function quoteOf(
  sapa: Sapa,
  reader: Reader,
  row: Conversation,
  routes: ReplyChoice[],
  messageId: number
): Promise<ShownQuote | null> {
  try {
    return await showQuote(sapa, reader, row, routes, messageId)
  } catch (error) {
    if (error instanceof DomainError) return null
    throw error
  }
}

/** Files of a reply that was taken back. */
async function filesOf(
  sapa: Sapa,
  agentId: number,
  attachments: string[] | undefined,
  words: Translator
): Promise<ShownComposer['files']> {
  if (!attachments?.length) return []
  const rows = await sapa.db
    .selectFrom('attachment')
    .select(['token', 'filename', 'size'])
    .where('token', 'in', attachments)
    .where('agent_id', '=', agentId)
    .where('message_id', 'is', null)
    .execute()
  return rows.map(row => ({ ...row, size: words.bytes(row.size) }))
}
