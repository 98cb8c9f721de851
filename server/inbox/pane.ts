import { visibleTo, type Viewer } from '../conversation/access.ts'
import type { Db } from '../db/schema.ts'

const previousShown = 5

/** Everything the customer pane shows, as the database knows it: for guests only what is given to them. */
export async function loadPane(
  db: Db,
  conversation: { id: number; customer_id: number },
  viewer: Viewer
) {
  const [customer, identities, suggestions, tags, knownTags, previous] = await Promise.all([
    customerOf(db, conversation.customer_id),
    identitiesOf(db, conversation.customer_id),
    // They name other people and other conversations.
    viewer.role === 'guest' ? [] : suggestionsOf(db, conversation),
    tagsOf(db, conversation.id),
    // A guest sees only the tags of what was given to them.
    viewer.role === 'guest'
      ? []
      : db.selectFrom('tag').select('name').orderBy('name').limit(200).execute(),
    previousOf(db, conversation, viewer)
  ])
  return { customer, identities, suggestions, tags, knownTags, previous }
}

export type Pane = Awaited<ReturnType<typeof loadPane>>

function customerOf(db: Db, id: number) {
  return db
    .selectFrom('customer')
    .select(['id', 'name', 'note', 'is_vip', 'is_blocked', 'created_at', 'last_seen_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}

function identitiesOf(db: Db, customerId: number) {
  return db
    .selectFrom('identity')
    .select(['id', 'kind', 'value', 'name', 'channel', 'verified_at'])
    .select(['unreachable_at', 'former_at'])
    .where('customer_id', '=', customerId)
    .orderBy('id')
    .limit(50)
    .execute()
}

function suggestionsOf(db: Db, conversation: { id: number; customer_id: number }) {
  return db
    .selectFrom('suggestion')
    .leftJoin('customer', 'customer.id', 'suggestion.other_customer_id')
    .leftJoin('conversation', 'conversation.id', 'suggestion.other_conversation_id')
    .select([
      'suggestion.id',
      'suggestion.reason',
      'suggestion.other_customer_id',
      'suggestion.other_conversation_id',
      'customer.name as other_name',
      'conversation.subject as other_subject'
    ])
    .where('suggestion.customer_id', '=', conversation.customer_id)
    .where('suggestion.state', '=', 'open')
    .where(eb =>
      eb.or([
        eb('suggestion.conversation_id', 'is', null),
        eb('suggestion.conversation_id', '=', conversation.id)
      ])
    )
    .orderBy('suggestion.id')
    .limit(5)
    .execute()
}

function tagsOf(db: Db, conversationId: number) {
  return db
    .selectFrom('conversation_tag')
    .innerJoin('tag', 'tag.id', 'conversation_tag.tag_id')
    .select(['tag.id', 'tag.name'])
    .where('conversation_tag.conversation_id', '=', conversationId)
    .orderBy('tag.name')
    .execute()
}

async function previousOf(
  db: Db,
  conversation: { id: number; customer_id: number },
  viewer: Viewer
) {
  const rows = await db
    .selectFrom('conversation')
    .select(['id', 'subject', 'status', 'preview', 'preview_what', 'last_message_at'])
    .where('customer_id', '=', conversation.customer_id)
    .where('id', '!=', conversation.id)
    .where(eb => visibleTo(eb, viewer))
    .orderBy('last_message_at', 'desc')
    .limit(previousShown + 1)
    .execute()
  return { rows: rows.slice(0, previousShown), hasMore: rows.length > previousShown }
}
