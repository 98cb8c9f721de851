import type { Db } from '../db/schema.ts'

/** Below every message, and not the same as never opened: the agent wants to come back to it. */
export const unreadMark = -1

/** Puts the conversation back among what this agent has not read. Opening it ends that. */
export async function markUnread(
  db: Db,
  conversationId: number,
  agentId: number,
  now: Date
): Promise<void> {
  const row = { message_id: unreadMark, at: now.getTime() }
  await db
    .insertInto('seen')
    .values({ conversation_id: conversationId, agent_id: agentId, ...row })
    .onConflict(known => known.columns(['conversation_id', 'agent_id']).doUpdateSet(row))
    .execute()
}
