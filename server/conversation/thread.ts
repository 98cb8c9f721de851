import type { Db } from '../db/schema.ts'
import type { ThreadHints } from '../plugin-api/event.ts'
import { isSame } from '../secret/same.ts'
import { isProven, readClientRef } from './chat/client-ref.ts'
import type { Conversation } from './table.ts'

export interface Thread {
  conversation: Conversation
  /** `signed`: only somebody who got our message could know it. `reference`: the id of a stored message. */
  proof: 'signed' | 'reference'
}

/** The conversation that a message proves to answer; a proof, not yet a right to be in it. */
export async function findThread(
  db: Db,
  accountId: number,
  hints: ThreadHints
): Promise<Thread | undefined> {
  const signed =
    (await findByRef(db, hints.clientRefs)) ?? (await findByToken(db, hints.replyTokens))
  if (signed) return { conversation: signed, proof: 'signed' }
  return findByReference(db, accountId, hints.references)
}

async function findByRef(db: Db, texts: string[] = []): Promise<Conversation | undefined> {
  const refs = texts.slice(0, 20).flatMap(text => readClientRef(text) ?? [])
  const rows = await findAll(
    db,
    refs.map(ref => ref.conversation)
  )
  for (const ref of refs) {
    const conversation = rows.get(ref.conversation)
    if (conversation && isProven(ref, conversation.reply_token)) return conversation
  }
  return undefined
}

async function findByToken(
  db: Db,
  tokens: { conversation: number; token: string }[] = []
): Promise<Conversation | undefined> {
  const claims = tokens.slice(0, 20)
  const rows = await findAll(
    db,
    claims.map(claim => claim.conversation)
  )
  return claims
    .map(claim => ({ claim, row: rows.get(claim.conversation) }))
    .find(({ claim, row }) => row && isSame(claim.token.toLowerCase(), row.reply_token))?.row
}

/** Nearest reference first. Only messages of the same account count: ids of others may be forged. */
async function findByReference(
  db: Db,
  accountId: number,
  references: string[] = []
): Promise<Thread | undefined> {
  const ids = references.slice(0, 50)
  if (ids.length === 0) return undefined
  const found = (await nearest(db, accountId, ids)) ?? (await nearestPart(db, accountId, ids))
  if (!found) return undefined
  const conversation = (await findAll(db, [found.conversation_id])).get(found.conversation_id)
  // The id of a message that we sent was made by us, with a proof in it.
  return conversation && { conversation, proof: found.kind === 'outbound' ? 'signed' : 'reference' }
}

async function nearest(db: Db, accountId: number, ids: string[]) {
  const rows = await db
    .selectFrom('message')
    .select(['remote_id', 'conversation_id', 'kind'])
    .where('account_id', '=', accountId)
    .where('remote_id', 'in', ids)
    .execute()
  return ids.map(id => rows.find(row => row.remote_id === id)).find(Boolean)
}

/** A picture of an album, a later step of a long answer. */
async function nearestPart(db: Db, accountId: number, ids: string[]) {
  const rows = await db
    .selectFrom('message_alias')
    .innerJoin('message', 'message.id', 'message_alias.message_id')
    .select(['message_alias.remote_id', 'message.conversation_id', 'message.kind'])
    .where('message_alias.account_id', '=', accountId)
    .where('message_alias.remote_id', 'in', ids)
    .execute()
  return ids.map(id => rows.find(row => row.remote_id === id)).find(Boolean)
}

async function findAll(db: Db, ids: number[]): Promise<Map<number, Conversation>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('conversation')
    .selectAll()
    .where('id', 'in', [...new Set(ids)])
    .execute()
  return new Map(rows.map(row => [row.id, row]))
}
