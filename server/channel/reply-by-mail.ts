import type { Agent } from '../agent/table.ts'
import { addMessage } from '../conversation/add-message.ts'
import type { Conversation } from '../conversation/table.ts'
import type { Db } from '../db/schema.ts'
import type { Inbound, ReadyMessage } from './inbound.ts'
import { storeFiles } from './store-inbound.ts'
import { writtenAt } from './written.ts'

export interface MailedReply {
  agent: Agent
  conversation: Conversation
}

/** An agent has answered from a mail program. */
export async function replyByMail(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  { agent, conversation }: MailedReply,
  now: Date
): Promise<void> {
  const { event } = ready
  const entry = {
    kind: 'note' as const,
    agentId: agent.id,
    accountId: inbound.account.id,
    channel: inbound.account.type,
    text: event.text.slice(0, 200_000),
    remoteId: event.remoteId,
    journalId: inbound.journalId,
    isVerified: true,
    at: writtenAt(event.at, now)
  }
  const message = await addMessage(trx, conversation.id, entry, now)
  await storeFiles(trx, inbound.account.id, message.id, ready.files, now)
}
