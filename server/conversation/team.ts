import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { changeConversation } from './change.ts'
import type { Actor } from './event.ts'
import { findConversation } from './find.ts'
import type { Conversation } from './table.ts'

/** Gives the conversation to a team, or to none. Its assignee stays. */
export async function assignTeam(
  db: Db,
  id: number,
  teamId: number | null,
  actor: Actor,
  now: Date
): Promise<Conversation> {
  return inTransaction(db, async trx => {
    const conversation = await findConversation(trx, id)
    if (conversation.team_id === teamId) return conversation
    const team = teamId === null ? null : await findTeam(trx, teamId)
    const fact = team
      ? { action: 'team_assigned', actor, particulars: { team: team.id, name: team.name } }
      : { action: 'team_unassigned', actor }
    return changeConversation(trx, id, { team_id: teamId }, fact, now)
  })
}

async function findTeam(trx: Db, teamId: number) {
  const team = await trx
    .selectFrom('team')
    .select(['id', 'name'])
    .where('id', '=', teamId)
    .executeTakeFirst()
  if (!team) throw new InvalidInput({ team: 'error.field.no_team' })
  return team
}
