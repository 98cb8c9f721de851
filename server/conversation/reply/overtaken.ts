import type { Db } from '../../db/schema.ts'
import { conflict } from '../../errors.ts'

/**
 * Refuses a reply that was written without the newest message in sight: something of the customer or
 * of a colleague. Notes, automatic answers and the agent's own messages are no reason.
 */
export async function refuseOvertaken(
  trx: Db,
  conversationId: number,
  agentId: number | null,
  seen: number
): Promise<void> {
  const newer = await trx
    .selectFrom('message')
    .select(['id', 'kind'])
    .where('conversation_id', '=', conversationId)
    .where('id', '>', seen)
    .where('status', '!=', 'cancelled')
    .where(eb =>
      eb.or([
        eb('kind', '=', 'inbound'),
        eb.and([
          eb('kind', '=', 'outbound'),
          eb('is_automatic', '=', 0),
          eb('agent_id', 'is distinct from', agentId)
        ])
      ])
    )
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newer) throw conflict('reply_overtaken', { message: newer.id, kind: newer.kind })
}
