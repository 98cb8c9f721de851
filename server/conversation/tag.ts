import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

const maxTags = 30

/** A tag as it is kept: one line, without the # that some type before it. */
export function tagName(typed: string): string {
  return typed
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/^#+/, '')
}

/** Tags the conversation; a tag that nobody has used yet is made. */
export async function tagConversation(
  db: Db,
  id: number,
  name: string,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  const clean = tagName(name)
  if (clean === '' || clean.length > 40) throw new InvalidInput({ tag: 'error.field.invalid' })
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    const tag = await findOrMake(trx, clean)
    const held = await trx
      .selectFrom('conversation_tag')
      .select('tag_id')
      .where('conversation_id', '=', id)
      .execute()
    if (held.some(row => row.tag_id === tag.id)) return conversation
    if (held.length >= maxTags) throw new InvalidInput({ tag: 'error.field.too_many' })
    await trx
      .insertInto('conversation_tag')
      .values({ conversation_id: id, tag_id: tag.id })
      .execute()
    const fact = { action: 'tagged', actor, particulars: { tag: tag.name } }
    return changeConversation(trx, id, {}, fact, now)
  })
}

/** Takes a tag away; one that is not there is no mistake. */
export async function untagConversation(
  db: Db,
  id: number,
  name: string,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    const tag = await findTag(trx, name.trim())
    if (!tag) return conversation
    const result = await trx
      .deleteFrom('conversation_tag')
      .where('conversation_id', '=', id)
      .where('tag_id', '=', tag.id)
      .executeTakeFirst()
    if (result.numDeletedRows === 0n) return conversation
    const fact = { action: 'untagged', actor, particulars: { tag: tag.name } }
    return changeConversation(trx, id, {}, fact, now)
  })
}

const findTag = (trx: Db, name: string) =>
  trx.selectFrom('tag').select(['id', 'name']).where('name', '=', name).executeTakeFirst()

async function findOrMake(trx: Db, name: string): Promise<{ id: number; name: string }> {
  const known = await findTag(trx, name)
  if (known) return known
  return trx.insertInto('tag').values({ name }).returning(['id', 'name']).executeTakeFirstOrThrow()
}
