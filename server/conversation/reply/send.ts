import { capabilitiesOf } from '../capabilities.ts'
import { tooLarge } from '../step/cut.ts'
import { partsOf } from '../step/parts.ts'
import { queueSteps } from '../step/queue.ts'
import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { InvalidInput } from '../../errors.ts'
import { addMessage } from '../add-message.ts'
import { dropSentDraft } from './draft.ts'
import { findConversation } from '../find.ts'
import { refuseOvertaken } from './overtaken.ts'
import { addressesOf, type Addressed, type Addressing } from './recipient.ts'
import { prepareOutgoing, type Outgoing, type Said } from './outgoing.ts'
import { findWay } from './account.ts'
import { settle, type Afterwards } from './settle.ts'
import { clientRef } from '../chat/client-ref.ts'
import type { Attachment, Conversation, Message } from '../table.ts'
import { withoutAddition } from '../addition.ts'
import type { Guarded } from './guard.ts'
import { stateBefore } from '../before.ts'
import { attachFiles, takeUploads } from './upload.ts'
import { undoSeconds } from './undo-window.ts'
import { findThreadKey } from '../chat/thread-key.ts'

export interface Reply extends Addressing, Said, Guarded {
  conversationId: number
  /** Null: written by a rule. */
  agentId: number | null
  /** Default: where the customer wrote last and can still be reached. */
  accountId?: number | undefined
  subject?: string | undefined
  /** Tokens of the agent's uploads. */
  attachments?: string[] | undefined
  /** The same key of the same agent sends once. */
  clientKey?: string | undefined
  /** The newest message that the agent saw; without it nothing is compared. */
  seen?: number | undefined
  /** Send although something newer is there. */
  force?: boolean | undefined
  undoSeconds?: number | undefined
  /** What becomes of the conversation; default: nothing. */
  then?: Afterwards | undefined
  isAutomatic?: boolean | undefined
  /** Link to a file that the channel cannot carry; without it such a file is refused. */
  linkTo?: ((file: Attachment) => string) | undefined
}

/** Puts a reply into the timeline and its steps into the outbox. Sending it twice answers the first. */
export async function sendReply(db: Db, input: Reply, now: Date): Promise<Message> {
  return inTransaction(db, async trx => {
    const first = await findFirst(trx, input)
    if (first) return first
    const conversation = await findConversation(trx, input.conversationId)
    if (input.seen !== undefined && !input.force) {
      await refuseOvertaken(trx, conversation.id, input.agentId, input.seen)
    }
    const way = await findWay(trx, conversation, input, now)
    const { account } = way
    const addressed = await addressesOf(trx, conversation, way, input)
    const files = await takeUploads(trx, input.agentId, input.attachments ?? [])
    const going = { conversationId: conversation.id, account, identityId: addressed.identityId }
    const outgoing = await prepareOutgoing(trx, going, input, files.length > 0, now)
    const wait = await undoSeconds(trx, account, input)
    const sendAfter = now.getTime() + wait * 1000
    const message = await addOutbound(
      trx,
      conversation,
      account,
      { input, outgoing, addressed, sendAfter },
      now
    )
    await attachFiles(trx, message.id, files)
    await queue(trx, conversation, account, { input, outgoing, addressed, files, message }, now)
    if (input.agentId !== null) {
      const typed = withoutAddition(input.text, [input.added ?? ''])
      await dropSentDraft(trx, conversation.id, input.agentId, typed)
    }
    if (input.then) await settle(trx, conversation.id, input.then, input.agentId, now)
    return message
  })
}

async function findFirst(trx: Db, input: Reply): Promise<Message | undefined> {
  if (input.clientKey === undefined || input.agentId === null) return undefined
  return trx
    .selectFrom('message')
    .selectAll()
    .where('agent_id', '=', input.agentId)
    .where('client_key', '=', input.clientKey)
    .executeTakeFirst()
}

interface Outbound {
  input: Reply
  outgoing: Outgoing
  addressed: Addressed
  sendAfter: number
}

async function addOutbound(
  trx: Db,
  conversation: Conversation,
  account: Account,
  { input, outgoing, addressed, sendAfter }: Outbound,
  now: Date
): Promise<Message> {
  const {
    hasSubject,
    text: { format }
  } = capabilitiesOf(account)
  const { quoted, template, choices } = outgoing
  const subject = hasSubject && (input.subject?.trim() || (await subjectOf(trx, conversation)))
  return addMessage(
    trx,
    conversation.id,
    {
      kind: 'outbound',
      accountId: account.id,
      channel: account.type,
      identityId: addressed.identityId,
      agentId: input.agentId,
      ...(subject === false ? {} : { subject }),
      text: outgoing.text,
      html: outgoing.html,
      ...(quoted ? { quotedId: quoted.id } : {}),
      status: 'queued',
      sendAfter,
      ...(input.clientKey === undefined ? {} : { clientKey: input.clientKey }),
      isAutomatic: input.isAutomatic ?? false,
      headers: {
        ...{ to: [addressed.to], cc: addressed.cc, bcc: addressed.bcc },
        ...(template ? { template } : {}),
        ...(format === 'markdown' && !template ? { isMarked: true } : {}),
        ...(choices.length > 0 ? { choices } : {}),
        ...(input.added ? { added: [input.added] } : {})
      },
      at: now.getTime()
    },
    now
  )
}

/** A chat has no subject of its own; what came by mail since may have one. */
async function subjectOf(trx: Db, { id, subject }: Conversation): Promise<string> {
  if (subject !== '') return subject
  const newest = await trx
    .selectFrom('message')
    .select('subject')
    .where('conversation_id', '=', id)
    .where('subject', 'is not', null)
    .where('subject', '!=', '')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest?.subject ?? ''
}

interface Ready {
  input: Reply
  outgoing: Outgoing
  addressed: Addressed
  files: Attachment[]
  message: Message
}

async function queue(
  trx: Db,
  conversation: Conversation,
  account: Account,
  { input, outgoing, addressed, files, message }: Ready,
  now: Date
): Promise<void> {
  const limits = capabilitiesOf(account)
  const heavy = tooLarge(files, limits)
  if (heavy.length > 0 && !input.linkTo) {
    throw new InvalidInput({ attachments: 'error.field.too_large' })
  }
  const links = heavy.map(file => `${file.filename}: ${input.linkTo?.(file)}`)
  const attachments = files.filter(file => !heavy.includes(file))
  const parts = partsOf(outgoing, { links, attachments }, limits)
  const threadKey = await findThreadKey(trx, conversation, account.id, addressed.identityId)
  const author = await authorOf(trx, input.agentId)
  const { to, cc, bcc } = addressed
  await queueSteps(
    trx,
    {
      messageId: message.id,
      accountId: account.id,
      thread: threadKey === null ? `c:${conversation.id}` : `k:${threadKey}`,
      payload: {
        to,
        cc,
        bcc,
        ...(threadKey ? { threadKey } : {}),
        ...(message.subject === null ? {} : { subject: message.subject }),
        ...(author === undefined ? {} : { authorName: author }),
        isAutomatic: input.isAutomatic ?? false,
        before: stateBefore(conversation)
      },
      parts,
      sendAfter: message.send_after ?? now.getTime(),
      clientRef: step => clientRef(conversation.id, conversation.reply_token, message.id, step)
    },
    now
  )
}

async function authorOf(trx: Db, agentId: number | null): Promise<string | undefined> {
  if (agentId === null) return undefined
  const agent = await trx
    .selectFrom('agent')
    .select('name')
    .where('id', '=', agentId)
    .executeTakeFirst()
  return agent?.name
}
