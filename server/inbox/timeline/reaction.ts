import type { Db } from '../../db/schema.ts'

/** What somebody put to a message. */
export interface ListedReaction {
  emoji: string
  actor: 'customer' | 'agent'
  /** An identity's or an agent's number. */
  actorId: number
  name: string
}

/** The reactions to these messages, oldest first. */
export async function listReactions(
  db: Db,
  messageIds: number[]
): Promise<Map<number, ListedReaction[]>> {
  const rows = await db
    .selectFrom('reaction')
    .leftJoin('agent', join =>
      join.onRef('agent.id', '=', 'reaction.actor_id').on('reaction.actor_kind', '=', 'agent')
    )
    .leftJoin('identity', join =>
      join.onRef('identity.id', '=', 'reaction.actor_id').on('reaction.actor_kind', '=', 'customer')
    )
    .leftJoin('customer', 'customer.id', 'identity.customer_id')
    .select(['message_id', 'emoji', 'actor_kind', 'actor_id', 'member', 'member_name'])
    .select('agent.name as agent_name')
    .select(['identity.name as identity_name', 'customer.name as customer_name'])
    .where('message_id', 'in', messageIds)
    .orderBy('reaction.at')
    .orderBy('actor_id')
    .execute()
  const lists = new Map<number, ListedReaction[]>()
  for (const row of rows) {
    const known = row.agent_name ?? row.identity_name ?? row.customer_name
    const reaction = {
      emoji: row.emoji,
      actor: row.actor_kind,
      actorId: row.actor_id,
      // Of a group's unknown member the group's own name would say more than is known.
      name: row.member === '' ? (known ?? '') : (row.member_name ?? '')
    }
    lists.set(row.message_id, [...(lists.get(row.message_id) ?? []), reaction])
  }
  return lists
}
