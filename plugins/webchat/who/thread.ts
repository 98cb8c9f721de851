import type { MessageFacts } from 'sapa/plugin-api'
import type { ChatDb } from '../table.ts'
import { findByPublicId } from '../talk/visitor.ts'

/** Remembers in which conversation a visitor writes. */
export async function noteThread(
  db: ChatDb,
  { account, conversation, thread }: MessageFacts & { thread: string | null }
): Promise<void> {
  const visitor = thread === null ? undefined : await findByPublicId(db, account, thread)
  if (!visitor) return
  await db
    .insertInto('webchat_thread')
    .values({ conversation_id: conversation, visitor_id: visitor.id })
    .onConflict(conflict => conflict.columns(['conversation_id', 'visitor_id']).doNothing())
    .execute()
}
