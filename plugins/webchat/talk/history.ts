import type { PluginReply } from 'sapa/plugin-api'
import type { Asked } from '../chat-route.ts'
import type { ChatDb, Visitor } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import { listMailedTo } from '../who/relay.ts'
import type { ChatMessage, History } from '../wire.ts'
import { shownMessages } from './show.ts'
import { panelState } from './state.ts'

const perPage = 50

/** `GET messages`: the newest, those after `?after=`, or the older ones before `?before=`. */
export async function getMessages(tools: ChatTools, asked: Asked): Promise<PluginReply> {
  const { holder, request } = asked
  const state = await panelState(tools, asked)
  const body: History =
    holder === null
      ? {
          visitor: null,
          messages: [],
          hasOlder: false,
          readSeq: 0,
          agentSeq: 0,
          mailed: [],
          unread: 0,
          state
        }
      : { ...(await historyOf(tools.db, holder.visitor, request.query)), state }
  return { headers: { 'cache-control': 'no-store' }, body }
}

/** What a tab has missed, in order; never so many that it makes others wait. */
export async function missedBy(
  db: ChatDb,
  visitorId: number,
  afterSeq: number
): Promise<ChatMessage[]> {
  const rows = await db
    .selectFrom('webchat_message')
    .selectAll()
    .where('visitor_id', '=', visitorId)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(perPage)
    .execute()
  if (rows.length === 0) return []
  const { agent_seq } = await db
    .selectFrom('webchat_visitor')
    .select('agent_seq')
    .where('id', '=', visitorId)
    .executeTakeFirstOrThrow()
  return shownMessages(db, rows, agent_seq)
}

async function historyOf(
  db: ChatDb,
  visitor: Visitor,
  query: Record<string, string>
): Promise<Omit<History, 'state'>> {
  const facts = {
    visitor: visitor.public_id,
    readSeq: visitor.read_seq,
    agentSeq: visitor.agent_seq,
    mailed: await listMailedTo(db, visitor.id),
    unread: await countUnread(db, visitor)
  }
  const after = seqIn(query['after'])
  if (after !== null) {
    return { ...facts, messages: await missedBy(db, visitor.id, after), hasOlder: false }
  }
  const before = seqIn(query['before']) ?? Number.MAX_SAFE_INTEGER
  const rows = await db
    .selectFrom('webchat_message')
    .selectAll()
    .where('visitor_id', '=', visitor.id)
    .where('seq', '<', before)
    .orderBy('seq', 'desc')
    .limit(perPage + 1)
    .execute()
  const shown = rows.slice(0, perPage).toReversed()
  const messages = await shownMessages(db, shown, visitor.agent_seq)
  return { ...facts, messages, hasOlder: rows.length > perPage }
}

/** A number that a browser says it has got to; null when it says none. */
export function seqIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
}

async function countUnread(db: ChatDb, { id, read_seq }: Visitor): Promise<number> {
  const { count } = await db
    .selectFrom('webchat_message')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('visitor_id', '=', id)
    .where('author', '!=', 'visitor')
    .where('seq', '>', read_seq)
    .executeTakeFirstOrThrow()
  return count
}
