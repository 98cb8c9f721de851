import type { ChatDb, Message } from '../table.ts'
import { listMailed } from '../who/relay.ts'
import type { ChatFile, ChatMessage } from '../wire.ts'
import { choicesIn } from './choice.ts'

/** Messages as the panel draws them; `agentSeq`: up to where an agent has read. */
export async function shownMessages(
  db: ChatDb,
  messages: readonly Message[],
  agentSeq: number
): Promise<ChatMessage[]> {
  if (messages.length === 0) return []
  const seqs = messages.map(({ seq }) => seq)
  const files = await filesOf(db, seqs)
  const mailed = await listMailed(db, seqs)
  return messages.map(message => ({
    ...{ seq: message.seq, from: message.author, text: message.text, at: message.at },
    files: files.filter(({ seq }) => seq === message.seq).map(({ file }) => file),
    ...(message.client_id !== null && { clientId: message.client_id }),
    ...(message.author_name !== null && { author: { name: message.author_name } }),
    ...(message.choices !== null && { choices: titlesOf(message.choices) }),
    ...(mailed.has(message.seq) && { isMailed: true as const }),
    ...(message.author === 'visitor' && {
      status: message.seq <= agentSeq ? ('read' as const) : ('sent' as const)
    })
  }))
}

/** What they mean stays here. */
const titlesOf = (choices: string) =>
  choicesIn(choices).map(({ title, hint }) => ({ title, ...(hint !== undefined && { hint }) }))

async function filesOf(db: ChatDb, seqs: number[]): Promise<{ seq: number; file: ChatFile }[]> {
  const rows = await db
    .selectFrom('webchat_file')
    .select(['message_seq', 'id', 'name', 'mime', 'size', 'is_image'])
    .where('message_seq', 'in', seqs)
    .orderBy('place')
    .orderBy('created_at')
    .execute()
  return rows.map(({ message_seq, is_image, id, name, mime, size }) => ({
    seq: message_seq ?? 0,
    file: { id, name, mime, size, isImage: is_image === 1 }
  }))
}
