import type { Db } from '../db/schema.ts'

/** What a message said before, the oldest first; a message that was taken back has said nothing. */
export function listVersions(db: Db, messageId: number) {
  return db
    .selectFrom('message_version')
    .innerJoin('message', 'message.id', 'message_version.message_id')
    .select(['message_version.text', 'replaced_at', 'message.headers'])
    .where('message_id', '=', messageId)
    .where('message.deleted_at', 'is', null)
    .orderBy('message_version.id')
    .execute()
}
