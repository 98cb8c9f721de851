import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { InvalidInput, notFound } from '../errors.ts'
import type { Team } from './table.ts'

export interface TeamRow {
  id: number
  name: string
  members: { id: number; name: string }[]
}

export async function listTeams(db: Db): Promise<TeamRow[]> {
  const rows = await db
    .selectFrom('team')
    .leftJoin('team_member', 'team_member.team_id', 'team.id')
    .leftJoin('agent', 'agent.id', 'team_member.agent_id')
    .select(['team.id', 'team.name', 'agent.id as agent_id', 'agent.name as agent_name'])
    .orderBy('team.name')
    .orderBy('agent.name')
    .execute()
  const teams = new Map<number, TeamRow>()
  for (const row of rows) {
    const team = teams.get(row.id) ?? { id: row.id, name: row.name, members: [] }
    if (row.agent_id !== null) team.members.push({ id: row.agent_id, name: row.agent_name ?? '' })
    teams.set(row.id, team)
  }
  return [...teams.values()]
}

async function findTeam(db: Db, id: number): Promise<Team> {
  const team = await db.selectFrom('team').selectAll().where('id', '=', id).executeTakeFirst()
  if (!team) throw notFound('team')
  return team
}

export async function createTeam(db: Db, name: string, now: Date): Promise<Team> {
  return inTransaction(db, async trx => {
    const wanted = await freeName(trx, name)
    return trx
      .insertInto('team')
      .values({ name: wanted, created_at: now.getTime() })
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

export async function renameTeam(db: Db, id: number, name: string): Promise<Team> {
  return inTransaction(db, async trx => {
    await findTeam(trx, id)
    const wanted = await freeName(trx, name, id)
    return trx
      .updateTable('team')
      .set({ name: wanted })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/** Members see their work by it: those who come or go get fresh streams. */
export async function setMembers(db: Db, id: number, agentIds: number[]): Promise<void> {
  await inTransaction(db, async trx => {
    await findTeam(trx, id)
    const before = await membersOf(trx, id)
    const after = [...new Set(agentIds)]
    await trx.deleteFrom('team_member').where('team_id', '=', id).execute()
    if (after.length > 0) {
      const rows = after.map(agent_id => ({ team_id: id, agent_id }))
      await trx.insertInto('team_member').values(rows).execute()
    }
    const changed = [...before, ...after].filter(
      agent => before.includes(agent) !== after.includes(agent)
    )
    for (const agent of changed) announce(trx, { topic: 'agent.changed', agent })
  })
}

async function membersOf(db: Db, id: number): Promise<number[]> {
  const rows = await db
    .selectFrom('team_member')
    .select('agent_id')
    .where('team_id', '=', id)
    .execute()
  return rows.map(row => row.agent_id)
}

async function freeName(trx: Db, name: string, ownId?: number): Promise<string> {
  const wanted = name.trim()
  if (!wanted) throw new InvalidInput({ name: 'error.field.required' })
  const holder = await trx
    .selectFrom('team')
    .select('id')
    .where('name', '=', wanted)
    .executeTakeFirst()
  if (holder && holder.id !== ownId) throw new InvalidInput({ name: 'agent.error.team_taken' })
  return wanted
}
