import { listVersions } from '../conversation/versions.ts'
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
export async function showVersions(
  db: Db,
  messageId: number,
  words: Translator
): Promise<ShownVersion[]> {
  const versions = await listVersions(db, messageId)
  return versions
    .slice(-shownAtMost)
    .toReversed()
    .map(({ text, replaced_at: at }) => ({
      text,
      time: words.t('message.until', { time: words.dateTime(at) }),
      at: new Date(at).toISOString()
    }))
}
