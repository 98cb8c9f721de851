import type { Activity } from 'sapa/plugin-api'
import { ingest } from '../ingest.ts'
import type { ChatDb, Visitor } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'
import type { PanelState } from '../wire.ts'

const dayMs = 24 * 60 * 60_000
const askedForMs = 7 * dayMs

export interface Rating {
  stars: number
  comment: string | null
}

/** The conversation of a visitor was closed: all who wrote in it may say how it was, once. */
export async function askForRating(db: ChatDb, conversation: number, now: Date): Promise<number[]> {
  const threads = await db
    .selectFrom('webchat_thread')
    .select('visitor_id')
    .where('conversation_id', '=', conversation)
    .execute()
  for (const { visitor_id } of threads) {
    await db
      .insertInto('webchat_rating')
      .values({
        ...{ visitor_id, conversation_id: conversation, asked_at: now.getTime() },
        ...{ stars: null, comment: null, rated_at: null }
      })
      .onConflict(conflict => conflict.columns(['visitor_id', 'conversation_id']).doNothing())
      .execute()
  }
  return threads.map(({ visitor_id }) => visitor_id)
}

/** It goes on, so there is nothing to rate yet. */
export async function askNoMore(db: ChatDb, conversation: number): Promise<number[]> {
  const open = db
    .deleteFrom('webchat_rating')
    .where('conversation_id', '=', conversation)
    .where('stars', 'is', null)
  const rows = await open.returning('visitor_id').execute()
  return rows.map(({ visitor_id }) => visitor_id)
}

export async function ratingState(
  db: ChatDb,
  visitor: Visitor | null,
  now: Date
): Promise<PanelState['rating']> {
  const asked = visitor && (await findAsked(db, visitor.id, now))
  return { isAsked: Boolean(asked), stars: asked ? asked.stars : null }
}

/** False: nothing was asked, or it is said for good. */
export async function keepRating(
  { db, sapa }: Pick<ChatTools, 'db' | 'sapa'>,
  widget: Pick<Widget, 'account'>,
  visitor: Visitor,
  rating: Rating,
  now: Date
): Promise<boolean> {
  const asked = await findAsked(db, visitor.id, now)
  if (!asked) return false
  if (asked.stars === rating.stars && asked.comment === rating.comment) return true
  const { locale } = await sapa.business()
  const values = { stars: rating.stars, comment: rating.comment ?? '' }
  const key = rating.comment === null ? 'who.rated' : 'who.ratedWith'
  await ingest(widget, [
    activity(widget, visitor, asked.conversation_id, sapa.t(locale, key, values), now)
  ])
  await db
    .updateTable('webchat_rating')
    .set({ ...rating, rated_at: asked.rated_at ?? now.getTime() })
    .where('visitor_id', '=', visitor.id)
    .where('conversation_id', '=', asked.conversation_id)
    .execute()
  return true
}

function activity(
  { account }: Pick<Widget, 'account'>,
  { public_id }: Visitor,
  conversation: number,
  text: string,
  now: Date
): Activity {
  const namespace = `webchat:${account.facts.id}`
  return {
    ...{ type: 'activity', key: `r:${public_id}:${conversation}:${now.getTime()}` },
    ...{ at: now.getTime(), threadKey: public_id, name: 'rating', text, isAfterClose: true },
    from: [{ kind: 'external', namespace, value: public_id, verified: true }]
  }
}

/** The newest one that may still be said, or said in another way. */
function findAsked(db: ChatDb, visitorId: number, now: Date) {
  return db
    .selectFrom('webchat_rating')
    .select(['conversation_id', 'stars', 'comment', 'rated_at'])
    .where('visitor_id', '=', visitorId)
    .where('asked_at', '>', now.getTime() - askedForMs)
    .where(eb => eb.or([eb('rated_at', 'is', null), eb('rated_at', '>', now.getTime() - dayMs)]))
    .orderBy('asked_at', 'desc')
    .executeTakeFirst()
}
