import { sql } from 'kysely'
import type { Db } from '../db/schema.ts'
import type { Translator } from '../i18n/words.ts'
import { ago } from './ago.ts'

/** A reply that did not arrive, or of which nobody knows. */
export interface TroubledReply {
  href: string
  name: string
  reason: string
  facts: string
}

const shown = 30

/** The newest replies that need somebody's eyes, with the way to their conversation. */
export async function listTroubledReplies(
  db: Db,
  words: Translator,
  now: Date
): Promise<TroubledReply[]> {
  const rows = await db
    .selectFrom('outbox')
    .leftJoin('message', 'message.id', 'outbox.message_id')
    .leftJoin('relay', 'relay.id', 'outbox.relay_id')
    .innerJoin('conversation', join =>
      join.on('conversation.id', '=', eb =>
        eb.fn.coalesce('message.conversation_id', 'relay.conversation_id')
      )
    )
    .select([
      'outbox.state',
      'outbox.error_text',
      'outbox.finished_at',
      'outbox.created_at',
      'conversation.id',
      'conversation.subject'
    ])
    // In the words of the partial index, so that millions of sent steps are not looked at.
    .where(sql<boolean>`outbox.state in ('failed', 'unknown')`)
    .orderBy('outbox.id', 'desc')
    .limit(shown)
    .execute()
  return rows.map(row => ({
    href: `/conversations/${row.id}`,
    name: `#${row.id} ${row.subject || words.t('conversation.no_subject')}`,
    reason: [words.t(`delivery.${row.state}`), row.error_text].filter(Boolean).join(': '),
    facts: ago(row.finished_at ?? row.created_at, words, now)
  }))
}
