import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { addMessage } from './add-message.ts'
import { findDraft, saveDraft } from './reply/draft.ts'
import type { Actor } from './event.ts'
import type { Message } from './table.ts'
import { attachFiles, takeUploads } from './reply/upload.ts'

const longestPluginNote = 20_000

export interface Note {
  conversationId: number
  agentId: number
  text: string
  html?: string | undefined
  attachments?: string[] | undefined
  clientKey?: string | undefined
}

/** A note for colleagues; it never leaves the house. Sending it twice answers the first. */
export async function addNote(db: Db, input: Note, now: Date): Promise<Message> {
  return inTransaction(db, async trx => {
    const first = await findFirst(trx, input)
    if (first) return first
    const files = await takeUploads(trx, input.agentId, input.attachments ?? [])
    if (input.text.trim() === '' && files.length === 0) {
      throw new InvalidInput({ text: 'error.field.required' })
    }
    const { conversationId, agentId, text, html, clientKey } = input
    const key = clientKey === undefined ? {} : { clientKey }
    const entry = { kind: 'note' as const, agentId, text, html, at: now.getTime(), ...key }
    const message = await addMessage(trx, conversationId, entry, now)
    await attachFiles(trx, message.id, files)
    await dropDraft(trx, input, now)
    return message
  })
}

/** A note by a plugin, in its name. */
export async function addPluginNote(
  db: Db,
  input: { conversationId: number; actor: Actor; text: string },
  now: Date
): Promise<Message> {
  const { conversationId, actor, text } = input
  if (typeof text !== 'string' || text.trim() === '') {
    throw new InvalidInput({ text: 'error.field.required' })
  }
  if (text.length > longestPluginNote) throw new InvalidInput({ text: 'error.field.too_long' })
  const { id = '', title = { en: id, id } } = actor
  const headers = { plugin: { id, title } }
  return inTransaction(db, trx =>
    addMessage(trx, conversationId, { kind: 'note', text, headers, at: now.getTime() }, now)
  )
}

async function findFirst(trx: Db, input: Note): Promise<Message | undefined> {
  if (input.clientKey === undefined) return undefined
  return trx
    .selectFrom('message')
    .selectAll()
    .where('agent_id', '=', input.agentId)
    .where('client_key', '=', input.clientKey)
    .executeTakeFirst()
}

async function dropDraft(trx: Db, { conversationId, agentId, text }: Note, now: Date) {
  const draft = await findDraft(trx, conversationId, agentId, 'note')
  if (draft?.text.trim() !== text.trim()) return
  await saveDraft(trx, { conversationId, agentId, mode: 'note', text: '' }, now)
}
