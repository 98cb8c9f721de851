import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import { conflict, InvalidInput } from '../../errors.ts'
import type { Guarded } from '../reply/guard.ts'
import { refuseClosed } from '../reply/outgoing.ts'
import { changeWaiting, findTarget, findWaiting, queueAction, type Target } from './queue.ts'
import { previewAgain } from '../preview/again.ts'
import { rewriteMessage } from '../rewrite.ts'
import type { StepPayload } from '../step/queue.ts'
import type { Message, MessageHeaders } from '../table.ts'

const hourMs = 3_600_000

/** The business has one reaction to a message, whoever of its agents gave it; null takes it back. */
export async function reactTo(
  db: Db,
  { messageId, agentId, emoji }: { messageId: number; agentId: number; emoji: string | null },
  now: Date
): Promise<void> {
  await inTransaction(db, async trx => {
    const target = await findTarget(trx, messageId)
    const { message, account, can } = target
    if (!can.reactions) throw conflict('react_impossible', { name: account.name })
    if (emoji !== null) refuseStrange(emoji, can.reactions.emojis)
    const before = await ownReaction(trx, messageId)
    if (before.emoji === emoji) return
    await refuseClosed(trx, { account, identityId: message.identity_id }, now)
    await setOwnReaction(trx, messageId, emoji === null ? null : { emoji, agentId }, now)
    const waiting = await findWaiting(trx, messageId, 'react')
    const action = { type: 'react' as const, target: known(target), emoji }
    if (waiting) {
      const undo = waiting.payload.undo
      const isAsBefore = undo?.type === 'react' && undo.emoji === emoji
      await changeWaiting(trx, waiting, isAsBefore ? null : action)
    } else await queueAction(trx, target, [action], { type: 'react', ...before }, now)
    tell(trx, target)
  })
}

/** Changes what we have sent. The timeline shows the new words at once and keeps the old ones. */
export async function editMessage(
  db: Db,
  { messageId, text, added }: { messageId: number; agentId: number; text: string } & Guarded,
  now: Date
): Promise<void> {
  await inTransaction(db, async trx => {
    const target = await findTarget(trx, messageId)
    const { message, can } = target
    refuseLate(target, can.edits, 'edit', now)
    const words = text.trim()
    if (words === '') throw new InvalidInput({ text: 'error.field.required' })
    if (words === message.text) return
    const step = await onlyStep(trx, target)
    const hasFiles = step.attachmentIds.length > 0
    const most = hasFiles ? (can.attachments.maxText ?? can.text.maxLength) : can.text.maxLength
    if (words.length > most) throw new InvalidInput({ text: 'error.field.too_long' })
    const headers = withAdded(message, added)
    await rewriteMessage(trx, message, { text: words, headers, at: now.getTime() }, now)
    const version = await lastVersion(trx, messageId)
    const waiting = await findWaiting(trx, messageId, 'edit')
    const edit = { type: 'edit' as const, target: known(target), text: words, hasFiles }
    if (waiting) await changeWaiting(trx, waiting, edit)
    else {
      const undo = { text: message.text, version, editedAt: message.edited_at }
      await queueAction(trx, target, [edit], { type: 'edit', ...undo }, now)
    }
  })
}

/** The earlier ones stay: should the provider refuse, their words are there again. */
function withAdded({ headers }: Message, added: string | undefined): MessageHeaders {
  const known = JSON.parse(headers) as MessageHeaders
  if (!added) return known
  return { ...known, added: [...new Set([added, ...(known.added ?? [])])].slice(0, 10) }
}

/** Takes back what we have sent: all of its parts. Its words go when the provider has done it. */
export async function removeMessage(
  db: Db,
  { messageId }: { messageId: number; agentId: number },
  now: Date
): Promise<void> {
  await inTransaction(db, async trx => {
    const target = await findTarget(trx, messageId)
    const { can } = target
    refuseLate(target, can.removals, 'remove', now)
    const waiting = await findWaiting(trx, messageId, 'edit')
    if (waiting) await changeWaiting(trx, waiting, null)
    await trx
      .updateTable('message')
      .set({ deleted_at: now.getTime() })
      .where('id', '=', messageId)
      .execute()
    const parts = await listParts(trx, target)
    const actions = parts.map(remoteId => ({
      type: 'remove' as const,
      target: { remoteId, isOurs: true }
    }))
    await queueAction(trx, target, actions, { type: 'remove' }, now)
    await previewAgain(trx, messageId, now)
    tell(trx, target)
  })
}

const known = ({ message }: Target) => ({
  remoteId: message.remote_id ?? '',
  isOurs: message.kind === 'outbound'
})

function tell(trx: Db, { message }: Target): void {
  announce(trx, {
    topic: 'message.changed',
    conversation: message.conversation_id,
    message: message.id
  })
}

function refuseStrange(emoji: string, possible: readonly string[]): void {
  const isPossible = possible.length === 0 ? anyEmoji.test(emoji) : possible.includes(emoji)
  if (!isPossible) throw new InvalidInput({ emoji: 'error.field.emoji' })
}

function refuseLate(
  { message, account }: Target,
  limit: { withinHours: number } | undefined,
  what: 'edit' | 'remove',
  now: Date
): void {
  if (message.kind !== 'outbound') throw conflict('act_not_ours')
  if (!limit) throw conflict(`${what}_impossible`, { name: account.name })
  if (now.getTime() > message.at + limit.withinHours * hourMs) {
    throw conflict(`${what}_late`, { name: account.name, hours: limit.withinHours })
  }
}

const anyEmoji = new RegExp('^\\p{RGI_Emoji}$', 'v')

async function ownReaction(trx: Db, messageId: number) {
  const row = await trx
    .selectFrom('reaction')
    .select(['emoji', 'actor_id as agentId'])
    .where('message_id', '=', messageId)
    .where('actor_kind', '=', 'agent')
    .executeTakeFirst()
  return row ?? { emoji: null, agentId: null }
}

export async function setOwnReaction(
  trx: Db,
  messageId: number,
  reaction: { emoji: string; agentId: number } | null,
  now: Date
): Promise<void> {
  await trx
    .deleteFrom('reaction')
    .where('message_id', '=', messageId)
    .where('actor_kind', '=', 'agent')
    .execute()
  if (!reaction) return
  await trx
    .insertInto('reaction')
    .values({
      message_id: messageId,
      actor_kind: 'agent',
      actor_id: reaction.agentId,
      emoji: reaction.emoji,
      at: now.getTime()
    })
    .execute()
}

/** Only words that went out in one piece can be changed: of a cut text nobody could say which part. */
async function onlyStep(trx: Db, { message }: Target): Promise<StepPayload> {
  const { template, choices } = JSON.parse(message.headers) as MessageHeaders
  if (template || choices) throw conflict('edit_shape')
  const rows = await trx
    .selectFrom('outbox')
    .select(['payload', 'remote_id'])
    .where('message_id', '=', message.id)
    .execute()
  const steps = rows.map(row => ({ ...row, payload: JSON.parse(row.payload) as StepPayload }))
  const worded = steps.filter(step => step.payload.text !== '')
  const [step] = worded
  if (!step || worded.length > 1 || step.remote_id !== message.remote_id) {
    throw conflict('edit_shape')
  }
  return step.payload
}

/** The one that was just kept. */
async function lastVersion(trx: Db, messageId: number): Promise<number> {
  const { id } = await trx
    .selectFrom('message_version')
    .select('id')
    .where('message_id', '=', messageId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return id
}

/** A long text and an album have several ids. */
async function listParts(trx: Db, { message, account }: Target): Promise<string[]> {
  const steps = await trx
    .selectFrom('outbox')
    .select('remote_id')
    .where('message_id', '=', message.id)
    .where('remote_id', 'is not', null)
    .orderBy('id')
    .execute()
  const others = await trx
    .selectFrom('message_alias')
    .select('remote_id')
    .where('message_id', '=', message.id)
    .where('account_id', '=', account.id)
    .orderBy('remote_id')
    .execute()
  const ids = [message.remote_id, ...steps, ...others].flatMap(one =>
    typeof one === 'string' ? one : (one?.remote_id ?? [])
  )
  return [...new Set(ids)]
}
