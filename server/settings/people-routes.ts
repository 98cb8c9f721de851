import { Type } from '../web/type.ts'
import { changeRole, disableAgent, enableAgent } from '../agent/change.ts'
import { findAgent } from '../agent/find.ts'
import { inviteAgent, renewInvitation } from '../agent/invite.ts'
import { revokeInvitation } from '../agent/revoke-invitation.ts'
import { readerOf } from '../inbox/reader.ts'
import type { Sapa } from '../sapa.ts'
import { getSettings } from '../setting/get.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { frameOf, isPart, type Frame } from './frame.ts'
import { newAgent, role } from './invitation.ts'
import { showPeople, type People } from './people-view.ts'

declare module '../web/page.ts' {
  interface Views {
    'settings/agents': Frame & People
    'settings/_agents': People
  }
}

const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const home = '/settings/agents'

/** Who answers, and in which role. What is refused is said above the list. */
export function peopleRoutes(app: App, sapa: Sapa): void {
  const { db, clock } = sapa
  const config = {
    can: 'agent:manage',
    onRefusal: (request: Request, reply: Reply, problem: Problem) => {
      const typed = (request.body ?? {}) as Record<string, string | undefined>
      const { name = '', email = '' } = typed
      return show(request, reply, { problem, typed: { name, email, role: typed.role ?? 'agent' } })
    }
  } as const
  const one = { schema: { params }, config }

  app.get(home, { config }, (request, reply) => show(request, reply))

  app.post(home, { schema: { body: Type.Object(newAgent) }, config }, async (request, reply) => {
    const { locale, timeZone } = await getSettings(db)
    const person = { ...request.body, locale, timeZone }
    const { token } = await inviteAgent(db, person, readerOf(request).agent, clock())
    return show(request, reply, { fresh: { name: person.name, link: linkOf(token) } })
  })

  app.put(
    '/settings/agents/:id/role',
    { schema: { params, body: Type.Object({ role }) }, config },
    async (request, reply) => {
      await changeRole(db, request.params.id, request.body.role, readerOf(request).agent)
      return show(request, reply)
    }
  )

  app.delete('/settings/agents/:id/service', one, async (request, reply) => {
    await disableAgent(db, request.params.id, readerOf(request).agent, sapa.clock())
    return show(request, reply)
  })

  app.put('/settings/agents/:id/service', one, async (request, reply) => {
    await enableAgent(db, request.params.id, readerOf(request).agent)
    return show(request, reply)
  })

  app.put('/settings/agents/:id/invitation', one, async (request, reply) => {
    const { agent: actor } = readerOf(request)
    const agent = await findAgent(db, request.params.id)
    const token = await renewInvitation(db, agent.id, actor, clock())
    if (agent.is_active === 0) await enableAgent(db, agent.id, actor)
    return show(request, reply, { fresh: { name: agent.name, link: linkOf(token) } })
  })

  app.delete('/settings/agents/:id/invitation', one, async (request, reply) => {
    await revokeInvitation(db, request.params.id, readerOf(request).agent)
    return show(request, reply)
  })

  async function show(
    request: Request,
    reply: Reply,
    more: Partial<Pick<People, 'fresh' | 'typed' | 'problem'>> = {}
  ) {
    const people = await showPeople(sapa, readerOf(request), more)
    if (isPart(request)) return reply.part('settings/_agents', people)
    return reply.page('settings/agents', { ...(await frameOf(sapa, request, home)), ...people })
  }

  const linkOf = (token: string) => `${sapa.config.publicUrl}/invite/${token}`
}
