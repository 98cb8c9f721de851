import type { Agent } from '../../agent/table.ts'
import { recordBlob } from '../../blob/record.ts'
import { addMessage } from '../../conversation/add-message.ts'
import { sendReply } from '../../conversation/reply/send.ts'
import type { Conversation } from '../../conversation/table.ts'
import { attempt } from '../../db/savepoint.ts'
import type { Db } from '../../db/schema.ts'
import { DomainError } from '../../errors.ts'
import type { Inbound, ReadyMessage } from '../event/inbound.ts'
import { storeFiles } from './store-files.ts'
import { writtenAt } from '../event/written.ts'

export interface MailedReply {
  agent: Agent
  conversation: Conversation
}

/**
 * An agent has answered from a mail program: it goes out to the customer like a reply from the page.
 * What cannot go out, because nobody can be written to or a file is too large, stays as a note.
 */
export async function replyByMail(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  reply: MailedReply,
  now: Date
): Promise<void> {
  const sent = await attempt(trx, () => send(trx, ready, reply, now))
  if (!('error' in sent)) return
  if (!(sent.error instanceof DomainError)) throw sent.error
  await keepAsNote(trx, inbound, ready, reply, now)
}

async function send(
  trx: Db,
  ready: ReadyMessage,
  { agent, conversation }: MailedReply,
  now: Date
): Promise<void> {
  if (ready.mailed?.isRefused) throw new DomainError('refused_by_plugin', 422)
  await addUploads(trx, agent.id, ready, now)
  await sendReply(
    trx,
    {
      conversationId: conversation.id,
      agentId: agent.id,
      text: (ready.mailed?.text ?? ready.event.text).slice(0, 200_000),
      attachments: shownFiles(ready).map(file => file.token),
      clientKey: `mail:${ready.event.remoteId}`,
      // The agent's mail program has no "undo" to offer.
      undoSeconds: 0
    },
    now
  )
}

async function addUploads(trx: Db, agentId: number, ready: ReadyMessage, now: Date): Promise<void> {
  for (const file of shownFiles(ready)) {
    if (!file.blob) continue
    await recordBlob(trx, file.blob, now)
    await trx
      .insertInto('attachment')
      .values({
        agent_id: agentId,
        token: file.token,
        blob_hash: file.blob.hash,
        filename: file.filename,
        mime: file.mime,
        size: file.size,
        kind: file.kind,
        created_at: now.getTime()
      })
      .execute()
  }
}

/** Pictures of a signature and the like are not part of the answer. */
const shownFiles = (ready: ReadyMessage) =>
  ready.files.filter(file => file.blob && !file.isHidden && file.inlineId === null)

async function keepAsNote(
  trx: Db,
  inbound: Inbound,
  ready: ReadyMessage,
  { agent, conversation }: MailedReply,
  now: Date
): Promise<void> {
  const entry = {
    kind: 'note' as const,
    agentId: agent.id,
    accountId: inbound.account.id,
    channel: inbound.account.type,
    text: ready.event.text.slice(0, 200_000),
    remoteId: ready.event.remoteId,
    journalId: inbound.journalId,
    isVerified: true,
    at: writtenAt(ready.event.at, now)
  }
  const message = await addMessage(trx, conversation.id, entry, now)
  await storeFiles(trx, { accountId: inbound.account.id, message }, ready.files, now)
}
