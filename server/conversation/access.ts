import type { ExpressionBuilder } from 'kysely'
import type { Agent } from '../agent/table.ts'
import type { Db, Tables } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

export type Viewer = Pick<Agent, 'id' | 'role'>

/**
 * Guests (an outside team) see what is assigned to them or to a team of theirs; everybody else sees all.
 * For `where`: `query.where(eb => visibleTo(eb, viewer))`.
 */
export function visibleTo(eb: ExpressionBuilder<Tables, 'conversation'>, viewer: Viewer) {
  if (viewer.role !== 'guest') return eb.lit(true)
  return eb.or([
    eb('conversation.assignee_id', '=', viewer.id),
    eb(
      'conversation.team_id',
      'in',
      eb
        .selectFrom('team_member')
        .select('team_member.team_id')
        .where('team_member.agent_id', '=', viewer.id)
    )
  ])
}

/** Throws not_found for conversations that the viewer may not see, as for those that do not exist. */
export async function findVisible(db: Db, id: number, viewer: Viewer): Promise<Conversation> {
  if (viewer.role !== 'guest') return findConversation(db, id)
  const conversation = await db
    .selectFrom('conversation')
    .selectAll('conversation')
    .where('conversation.id', '=', id)
    .where(eb => visibleTo(eb, viewer))
    .executeTakeFirst()
  if (!conversation) throw notFound('conversation')
  return conversation
}
