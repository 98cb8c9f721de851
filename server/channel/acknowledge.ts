import { findAnswerWindow } from '../conversation/reply/answer-window.ts'
import { guardText, type Filtering } from '../conversation/reply/guard.ts'
import { sendReply } from '../conversation/reply/send.ts'
import type { MessageHeaders } from '../conversation/table.ts'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { DomainError } from '../errors.ts'
import { addJob } from '../jobs/add.ts'
import { findAccount } from './account/find.ts'

export const acknowledgeJob = { owner: 'core', name: 'acknowledge' }

/** FreeScout's numbers: two machines that answer each other run dry at once. */
const windowMs = 180 * 60_000
const mostPerWindow = 10
const freeOfSubject = 2

/** Asks for an answer to the first message of a new conversation, in the transaction that stored it. */
export async function requestAcknowledgement(
  trx: Db,
  account: { acknowledgement: string | null },
  messageId: number,
  now: Date
): Promise<void> {
  if (account.acknowledgement === null) return
  const key = `m${messageId}`
  const job = { ...acknowledgeJob, key, payload: { message: messageId }, runAt: now.getTime() }
  await addJob(trx, job, now)
}

/** Answers a first message with the account's text, once, and only where nobody automatic is addressed. */
export async function acknowledge(
  db: Db,
  messageId: number,
  now: Date,
  filtering?: Filtering
): Promise<boolean> {
  const text = await textFor(db, messageId, filtering)
  if (!text) return false
  return inTransaction(db, async trx => {
    const asked = await findAsked(trx, messageId)
    if (!asked?.acknowledgement || (await isUnwelcome(trx, asked, now))) return false
    if (await isTooLate(trx, asked, now)) return false
    await sendReply(
      trx,
      {
        conversationId: asked.conversation_id,
        agentId: null,
        accountId: asked.account_id,
        text,
        isAutomatic: true
      },
      now
    )
    return true
  })
}

/** It waited for so long that the channel takes nothing any more. */
async function isTooLate(trx: Db, asked: Asked, now: Date): Promise<boolean> {
  const account = await findAccount(trx, asked.account_id)
  const window = await findAnswerWindow(trx, { account, identityId: asked.identity_id }, now)
  return window.state === 'closed'
}

/** The account's text as plugins leave it; null when one of them does not let it go out. */
async function textFor(db: Db, messageId: number, filtering?: Filtering): Promise<string | null> {
  const asked = await findAsked(db, messageId)
  if (!asked?.acknowledgement) return null
  const text = asked.acknowledgement.replaceAll('{number}', String(asked.conversation_id))
  if (!filtering) return text
  const facts = {
    ...{ conversation: asked.conversation_id, customer: asked.customer_id },
    ...{ channel: asked.channel, account: asked.account_id, agent: null }
  }
  const left = await filtering.filter('acknowledgement.text', { text }, facts)
  if (left.text.trim() === '') return null
  try {
    return (await guardText(filtering, left, facts)).text
  } catch (error) {
    if (error instanceof DomainError && error.code === 'refused_by_plugin') return null
    throw error
  }
}

function findAsked(trx: Db, messageId: number) {
  return trx
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .innerJoin('customer', 'customer.id', 'conversation.customer_id')
    .innerJoin('account', 'account.id', 'message.account_id')
    .innerJoin('identity', 'identity.id', 'message.identity_id')
    .select([
      'message.id',
      'message.conversation_id',
      'message.headers',
      'conversation.customer_id',
      'conversation.subject',
      'account.id as account_id',
      'account.type as channel',
      'account.acknowledgement',
      'identity.id as identity_id',
      'identity.value'
    ])
    .where('message.id', '=', messageId)
    .where('message.kind', '=', 'inbound')
    .where('message.is_automatic', '=', 0)
    .where('conversation.is_spam', '=', 0)
    .where('customer.is_blocked', '=', 0)
    .where('account.is_enabled', '=', 1)
    .executeTakeFirst()
}

type Asked = NonNullable<Awaited<ReturnType<typeof findAsked>>>

async function isUnwelcome(trx: Db, asked: Asked, now: Date): Promise<boolean> {
  const { isSuspicious, replyTo } = JSON.parse(asked.headers) as MessageHeaders
  if (isSuspicious) return true
  const target = (replyTo?.value ?? asked.value).toLowerCase()
  return (
    (await isOurs(trx, [target, asked.value.toLowerCase()])) ||
    (await isAnswered(trx, asked)) ||
    isTooMuch(trx, asked, now)
  )
}

async function isOurs(trx: Db, addresses: string[]): Promise<boolean> {
  const own = await trx
    .selectFrom('account')
    .select('id')
    .where('address', 'in', addresses)
    .executeTakeFirst()
  return own !== undefined
}

/** Something has gone out already, or this was not the first message. */
async function isAnswered(trx: Db, asked: Asked): Promise<boolean> {
  const other = await trx
    .selectFrom('message')
    .select('id')
    .where('conversation_id', '=', asked.conversation_id)
    .where(eb =>
      eb.or([
        eb('kind', '=', 'outbound'),
        eb.and([eb('kind', '=', 'inbound'), eb('id', '<', asked.id)])
      ])
    )
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

async function isTooMuch(trx: Db, asked: Asked, now: Date): Promise<boolean> {
  const sent = await trx
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .select('conversation.subject')
    .where('conversation.customer_id', '=', asked.customer_id)
    .where('message.kind', '=', 'outbound')
    .where('message.is_automatic', '=', 1)
    .where('message.created_at', '>', now.getTime() - windowMs)
    .limit(mostPerWindow)
    .execute()
  if (sent.length >= mostPerWindow - 1) return true
  const isRepeat = sent.some(({ subject }) => bare(subject) === bare(asked.subject))
  return sent.length >= freeOfSubject && isRepeat
}

/** Without Re:, Fwd:, Bls: and the number that we add. */
const bare = (subject: string) =>
  subject
    .toLowerCase()
    .replaceAll(/\[#\d+\]/g, '')
    .replace(/^(\s*(re|fw|fwd|aw|bls|balas|tr)\s*(\[\d+\])?:)+/i, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
