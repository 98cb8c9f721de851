import { Type } from '../web/type.ts'
import { listAgents } from '../agent/find.ts'
import { createTeam, listTeams, renameTeam, setMembers } from '../agent/team.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { frameOf, isPart, type Frame } from './frame.ts'

interface Teams {
  teams: {
    id: number
    name: string
    names: string
    people: { id: number; name: string; isMember: boolean }[]
    /** It was changed just now, or refused. */
    isOpen: boolean
  }[]
  /** The name of a new team that was refused. */
  typed: string
  problem: Problem | null
}

declare module '../web/page.ts' {
  interface Views {
    'settings/teams': Frame & Teams
    'settings/_teams': Teams
  }
}

const name = Type.String({ minLength: 1, maxLength: 80 })
const members = Type.Array(Type.Integer({ minimum: 1 }), { default: [], maxItems: 1000 })
const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const home = '/settings/teams'

/** Who shares a queue. */
export function teamRoutes(app: App, sapa: Sapa): void {
  const { db, clock } = sapa
  const config = {
    can: 'agent:manage',
    onRefusal: (request: Request, reply: Reply, problem: Problem) =>
      show(request, reply, problem, Number((request.params as { id?: unknown }).id ?? 0))
  } as const

  app.get(home, { config }, (request, reply) => show(request, reply))

  app.post(home, { schema: { body: Type.Object({ name }) }, config }, async (request, reply) => {
    const team = await createTeam(db, request.body.name, clock())
    return show(request, reply, null, team.id)
  })

  app.put(
    '/settings/teams/:id',
    { schema: { params, body: Type.Object({ name, members }) }, config },
    async (request, reply) => {
      const { id } = request.params
      const known = new Set((await listAgents(db)).map(agent => agent.id))
      const chosen = request.body.members.filter(member => known.has(member))
      await inTransaction(db, async trx => {
        await renameTeam(trx, id, request.body.name)
        await setMembers(trx, id, chosen)
      })
      return show(request, reply)
    }
  )

  async function show(request: Request, reply: Reply, problem: Problem | null = null, openId = 0) {
    const [teams, agents] = await Promise.all([listTeams(db), listAgents(db)])
    const typed = problem && openId === 0 ? (request.body as { name?: string }).name : ''
    const values: Teams = {
      teams: teams.map(team => ({
        id: team.id,
        name: team.name,
        names: team.members.map(member => member.name).join(', '),
        people: agents
          .filter(agent => agent.is_active === 1)
          .map(({ id, name: called }) => ({
            ...{ id, name: called },
            isMember: team.members.some(member => member.id === id)
          })),
        isOpen: team.id === openId
      })),
      typed: typeof typed === 'string' ? typed : '',
      problem
    }
    if (isPart(request)) return reply.part('settings/_teams', values)
    return reply.page('settings/teams', { ...(await frameOf(sapa, request, home)), ...values })
  }
}
