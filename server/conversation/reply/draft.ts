import type { Selectable } from 'kysely'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import type { DraftTable, MessageHeaders } from '../table.ts'

/** What belongs to a draft beside its text. */
export interface DraftParticulars {
  accountId?: number
  to?: MessageHeaders['to']
  cc?: MessageHeaders['cc']
  bcc?: MessageHeaders['bcc']
  subject?: string
  /** Tokens of uploads. */
  attachments?: string[]
  /** The way it was to go: `<account>:<identity>`. */
  route?: string
  /** The message that it answers. */
  quotedId?: number
  /** Titles of the answers to tap. */
  choices?: string[]
}

export interface DraftInput {
  conversationId: number
  agentId: number
  mode: 'reply' | 'note'
  text: string
  particulars?: DraftParticulars | undefined
  /** The version that this tab wrote or loaded last. */
  version?: number | undefined
}

export interface SavedDraft {
  version: number
  /** Another tab has written in between: its text is gone, say so. */
  isOvertaken: boolean
}

type Draft = Omit<Selectable<DraftTable>, 'particulars'> & { particulars: DraftParticulars }

/** The newest text wins. An empty draft is no draft. */
export async function saveDraft(db: Db, input: DraftInput, now: Date): Promise<SavedDraft> {
  return inTransaction(db, async trx => {
    const known = await find(trx, input.conversationId, input.agentId, input.mode)
    const isOvertaken =
      known !== undefined && known.updated_at !== input.version && known.text !== input.text
    const version = Math.max(now.getTime(), (known?.updated_at ?? 0) + 1)
    const isEmpty = input.text.trim() === '' && !input.particulars?.attachments?.length
    if (isEmpty) await drop(trx, input.conversationId, input.agentId, input.mode)
    else await put(trx, input, version)
    return { version, isOvertaken }
  })
}

/** The agent's unfinished text; null when there is none. */
export async function findDraft(
  db: Db,
  conversationId: number,
  agentId: number,
  mode: 'reply' | 'note'
): Promise<Draft | null> {
  const row = await find(db, conversationId, agentId, mode)
  return row ? { ...row, particulars: JSON.parse(row.particulars) as DraftParticulars } : null
}

/** A reply that was sent removes its own draft, and not what was typed since. */
export async function dropSentDraft(
  trx: Db,
  conversationId: number,
  agentId: number,
  text: string
): Promise<void> {
  const draft = await find(trx, conversationId, agentId, 'reply')
  if (draft?.text.trim() === text.trim()) await drop(trx, conversationId, agentId, 'reply')
}

function find(db: Db, conversationId: number, agentId: number, mode: 'reply' | 'note') {
  return db
    .selectFrom('draft')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('agent_id', '=', agentId)
    .where('mode', '=', mode)
    .executeTakeFirst()
}

function drop(trx: Db, conversationId: number, agentId: number, mode: 'reply' | 'note') {
  return trx
    .deleteFrom('draft')
    .where('conversation_id', '=', conversationId)
    .where('agent_id', '=', agentId)
    .where('mode', '=', mode)
    .execute()
}

function put(trx: Db, input: DraftInput, version: number) {
  const written = {
    text: input.text,
    particulars: JSON.stringify(input.particulars ?? {}),
    updated_at: version
  }
  const { conversationId, agentId, mode } = input
  return trx
    .insertInto('draft')
    .values({ conversation_id: conversationId, agent_id: agentId, mode, ...written })
    .onConflict(known =>
      known.columns(['conversation_id', 'agent_id', 'mode']).doUpdateSet(written)
    )
    .execute()
}
