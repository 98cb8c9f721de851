import type { CustomerRecord } from 'sapa/plugin-api'
import type { ChatDb } from '../table.ts'
import type { ChatTools } from '../tools.ts'

const dayMs = 24 * 60 * 60_000

/** What is kept of a customer; null when nothing. Files are told by name: their bytes are with the messages. */
export async function exportVisitors(db: ChatDb, customer: CustomerRecord): Promise<unknown> {
  const ids = await visitorsOf(db, customer)
  if (ids.length === 0) return null
  const visitors = await db
    .selectFrom('webchat_visitor')
    .select(['id', 'account_id', 'user_id', 'name', 'email', 'is_email_proven', 'phone'])
    .select(['is_phone_proven', 'consent_at', 'facts', 'locale', 'created_at', 'seen_at'])
    .where('id', 'in', ids)
    .execute()
  const messages = await db
    .selectFrom('webchat_message')
    .select(['visitor_id', 'seq', 'author', 'text', 'at', 'page_url', 'page_title'])
    .where('visitor_id', 'in', ids)
    .orderBy('seq')
    .execute()
  const files = await db
    .selectFrom('webchat_file')
    .select(['visitor_id', 'message_seq', 'name', 'mime', 'size', 'created_at'])
    .where('visitor_id', 'in', ids)
    .execute()
  const ratings = await db
    .selectFrom('webchat_rating')
    .select(['visitor_id', 'conversation_id', 'stars', 'comment', 'rated_at'])
    .where('visitor_id', 'in', ids)
    .execute()
  return { visitors, messages, files, ratings }
}

/** Messages, files, tokens and the rest go with the visitor; open panels are told that it is over. */
export async function eraseVisitors(
  { db, streams }: Pick<ChatTools, 'db' | 'streams'>,
  customer: CustomerRecord
): Promise<void> {
  const ids = await visitorsOf(db, customer)
  if (ids.length === 0) return
  const tokens = await db
    .selectFrom('webchat_token')
    .select(['visitor_id', 'hash'])
    .where('visitor_id', 'in', ids)
    .execute()
  await db.deleteFrom('webchat_visitor').where('id', 'in', ids).execute()
  for (const { visitor_id, hash } of tokens) streams.endToken(visitor_id, hash)
}

/** Who came by, wrote nothing and was not seen for a month; files never sent, and links that are over. */
export async function forgetSilent(db: ChatDb, now: Date): Promise<void> {
  await db
    .deleteFrom('webchat_visitor')
    .where('seen_at', '<', now.getTime() - 30 * dayMs)
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('webchat_message')
            .select('seq')
            .whereRef('webchat_message.visitor_id', '=', 'webchat_visitor.id')
        )
      )
    )
    .execute()
  await db
    .deleteFrom('webchat_file')
    .where('message_seq', 'is', null)
    .where('created_at', '<', now.getTime() - 2 * dayMs)
    .execute()
  await db
    .deleteFrom('webchat_email_code')
    .where('expires_at', '<', now.getTime() - dayMs)
    .execute()
}

/** By the ids that Sapa keeps of them: an address that was only typed says nothing about who they are. */
async function visitorsOf(db: ChatDb, { identities }: CustomerRecord): Promise<number[]> {
  const known = identities.filter(
    ({ kind, namespace }) => kind === 'external' && namespace?.startsWith('webchat')
  )
  if (known.length === 0) return []
  const values = known.map(({ value }) => value)
  const rows = await db
    .selectFrom('webchat_visitor')
    .select(['id', 'account_id', 'public_id', 'user_id'])
    .where(eb => eb.or([eb('public_id', 'in', values), eb('user_id', 'in', values)]))
    .execute()
  return rows
    .filter(({ account_id, public_id, user_id }) =>
      known.some(
        ({ namespace, value }) =>
          (namespace === `webchat:${account_id}` && value === public_id) ||
          (namespace === `webchat-user:${account_id}` && value === user_id)
      )
    )
    .map(({ id }) => id)
}
