import type { Db } from '../db/schema.ts'

/** Remembers up to which message an agent has read; never goes back. */
export async function markSeen(
  db: Db,
  conversationId: number,
  agentId: number,
  messageId: number,
  now: Date
): Promise<void> {
  const row = { message_id: messageId, at: now.getTime() }
  await db
    .insertInto('seen')
    .values({ conversation_id: conversationId, agent_id: agentId, ...row })
    .onConflict(known =>
      known
        .columns(['conversation_id', 'agent_id'])
        .doUpdateSet(row)
        .where('seen.message_id', '<', messageId)
    )
    .execute()
}

/** Up to which message the agent has read; 0 when they have never opened the conversation. */
export async function findSeen(db: Db, conversationId: number, agentId: number): Promise<number> {
  const row = await db
    .selectFrom('seen')
    .select('message_id')
    .where('conversation_id', '=', conversationId)
    .where('agent_id', '=', agentId)
    .executeTakeFirst()
  return row?.message_id ?? 0
}
