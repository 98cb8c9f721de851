import { Type } from '../web/type.ts'
import { listAgents } from '../agent/find.ts'
import { inviteAgent } from '../agent/invite.ts'
import { readerOf } from '../inbox/reader.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { getSettings } from '../setting/get.ts'
import { isPart } from './frame.ts'
import { invitable, newAgent } from './invitation.ts'
import { setupFrame, type SetupFrame } from './setup-steps.ts'

interface Team {
  people: { name: string; email: string; role: string; link: string | null }[]
  roles: { value: string; label: string }[]
  typed: { name: string; email: string; role: string }
  problem: Problem | null
}

declare module '../web/page.ts' {
  interface Views {
    'setup/team': SetupFrame & Team
    'setup/_invitations': Team
  }
}

/** The last step: who else answers. */
export function setupTeamRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'agent:manage' } as const

  app.get('/setup/team', { config }, (request, reply) => show(request, reply, null, null))

  app.post(
    '/setup/team',
    {
      schema: { body: Type.Object(newAgent) },
      config: {
        ...config,
        onRefusal: (request, reply, problem) => show(request, reply, problem, null)
      }
    },
    async (request, reply) => {
      const { locale, timeZone } = await getSettings(sapa.db)
      const person = { ...request.body, locale, timeZone }
      const { agent, token } = await inviteAgent(
        sapa.db,
        person,
        readerOf(request).agent,
        sapa.clock()
      )
      const link = `${sapa.config.publicUrl}/invite/${token}`
      return show(request, reply, null, { id: agent.id, link })
    }
  )

  async function show(
    request: Request,
    reply: Reply,
    problem: Problem | null,
    fresh: { id: number; link: string } | null
  ) {
    const { agent, words } = readerOf(request)
    const agents = await listAgents(sapa.db)
    const typed = (problem ? request.body : {}) as Record<string, string | undefined>
    const team: Team = {
      people: agents
        .filter(({ id }) => id !== agent.id)
        .map(({ id, name, email, role }) => ({
          ...{ name, email, role: words.t(`agent.role.${role}`) },
          link: fresh?.id === id ? fresh.link : null
        })),
      roles: invitable(agent, words),
      typed: { name: typed.name ?? '', email: typed.email ?? '', role: typed.role ?? 'agent' },
      problem
    }
    if (isPart(request)) return reply.part('setup/_invitations', team)
    return reply.page('setup/team', { ...(await setupFrame(sapa, request, 'team')), ...team })
  }
}
