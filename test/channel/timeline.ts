import type { Test } from 'tap'
import type { Conversation } from '../../server/conversation/table.ts'
import type { Db } from '../../server/db/schema.ts'
import { mailOf, openShop, type Shop } from './shop.ts'

/** A shop after Budi's first mail. */
export async function withFirstMail(t: Test) {
  const shop = await openShop(t)
  const first = mailOf()
  await shop.deliver(shop.mail, [first])
  return { shop, first, conversation: await only(shop) }
}

export const conversationsOf = (shop: Shop) =>
  shop.db.selectFrom('conversation').selectAll().orderBy('id').execute()

export async function only(shop: Shop): Promise<Conversation> {
  const [first, ...rest] = await conversationsOf(shop)
  if (!first || rest.length > 0) throw new Error(`${rest.length + 1} conversations instead of one`)
  return first
}

export async function newest(shop: Shop): Promise<Conversation> {
  const last = (await conversationsOf(shop)).at(-1)
  if (!last) throw new Error('No conversation')
  return last
}

export const messagesOf = (shop: Shop, id: number) =>
  shop.db
    .selectFrom('message')
    .selectAll()
    .where('conversation_id', '=', id)
    .orderBy('id')
    .execute()

export const eventsOf = (shop: Shop, id: number) =>
  shop.db.selectFrom('event').selectAll().where('conversation_id', '=', id).orderBy('id').execute()

export const suggestionsOf = (shop: Shop) => shop.db.selectFrom('suggestion').selectAll().execute()

export const journalOf = (shop: Shop) =>
  shop.db.selectFrom('journal').selectAll().orderBy('id').execute()

export const identityOf = (db: Db, value: string) =>
  db.selectFrom('identity').selectAll().where('value', '=', value).executeTakeFirstOrThrow()

export async function participantsOf(shop: Shop, id: number): Promise<string[]> {
  const rows = await shop.db
    .selectFrom('participant')
    .innerJoin('identity', 'identity.id', 'participant.identity_id')
    .select('identity.value')
    .where('participant.conversation_id', '=', id)
    .orderBy('identity.id')
    .execute()
  return rows.map(row => row.value)
}
