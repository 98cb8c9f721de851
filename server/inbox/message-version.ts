import type { Db } from '../db/schema.ts'
import type { Translator } from '../i18n/words.ts'

/** What a message said until `at`. */
export interface ShownVersion {
  text: string
  time: string
  at: string
}

const shownAtMost = 50

/** What the message said before, newest first. */
export async function listVersions(
  db: Db,
  messageId: number,
  words: Translator
): Promise<ShownVersion[]> {
  const rows = await db
    .selectFrom('message_version')
    .innerJoin('message', 'message.id', 'message_version.message_id')
    .select(['message_version.text', 'replaced_at'])
    .where('message_id', '=', messageId)
    .where('message.deleted_at', 'is', null)
    .orderBy('message_version.id', 'desc')
    .limit(shownAtMost)
    .execute()
  return rows.map(({ text, replaced_at: at }) => ({
    text,
    time: words.t('message.until', { time: words.dateTime(at) }),
    at: new Date(at).toISOString()
  }))
}
