import type { Db } from '../../db/schema.ts'
import { withoutAddition } from '../addition.ts'
import { findDraft, saveDraft, type DraftParticulars } from './draft.ts'
import type { Message, MessageHeaders } from '../table.ts'

/** A message that was taken back is a draft again, with its files, people and account. */
export async function restoreDraft(trx: Db, message: Message, now: Date): Promise<void> {
  const { agent_id: agentId, conversation_id: conversationId } = message
  if (agentId === null) return
  const files = await releaseFiles(trx, message.id, agentId)
  const known = await findDraft(trx, conversationId, agentId, 'reply')
  // Whoever has begun another text since must lose neither.
  const { template, added } = JSON.parse(message.headers) as MessageHeaders
  // A template's words are the provider's: they would be refused as an agent's own.
  const own = template ? '' : withoutAddition(message.text, added)
  const text = [own, known?.text].filter(Boolean).join('\n\n')
  const particulars = particularsOf(message, [...files, ...(known?.particulars.attachments ?? [])])
  await saveDraft(trx, { conversationId, agentId, mode: 'reply', text, particulars }, now)
}

async function releaseFiles(trx: Db, messageId: number, agentId: number): Promise<string[]> {
  const files = await trx
    .updateTable('attachment')
    .set({ message_id: null, agent_id: agentId })
    .where('message_id', '=', messageId)
    .returning('token')
    .execute()
  return files.map(file => file.token)
}

function particularsOf(message: Message, attachments: string[]): DraftParticulars {
  const { to, cc, bcc, choices = [] } = JSON.parse(message.headers) as MessageHeaders
  const { account_id: accountId, identity_id: identityId, quoted_id: quotedId } = message
  return {
    ...(accountId === null ? {} : { accountId }),
    ...(accountId === null || identityId === null ? {} : { route: `${accountId}:${identityId}` }),
    ...(quotedId === null ? {} : { quotedId }),
    ...(choices.length > 0 ? { choices: choices.map(({ title }) => title) } : {}),
    ...(to ? { to } : {}),
    ...(cc?.length ? { cc } : {}),
    ...(bcc?.length ? { bcc } : {}),
    ...(message.subject === null ? {} : { subject: message.subject }),
    ...(attachments.length > 0 ? { attachments } : {})
  }
}
