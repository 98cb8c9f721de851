import { Type } from '../web/type.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { acceptInvitation } from './invite.ts'
import { findLink } from './link.ts'
import { finishReset } from './reset.ts'
import { openSession } from './routes.ts'

interface LinkForm {
  email: string
  name: string
  problem: Problem | null
}

declare module '../web/page.ts' {
  interface Views {
    'agent/forgot': { isSent: boolean; problem: Problem | null }
    'agent/reset': LinkForm
    'agent/invite': LinkForm
  }
}

const params = Type.Object({ token: Type.String({ minLength: 20, maxLength: 100 }) })
const password = Type.String({ minLength: 1, maxLength: 1000 })
const name = Type.String({ minLength: 1, maxLength: 100 })
const email = Type.String({ minLength: 1, maxLength: 254 })
const isPublic = true
const rateLimit = { max: 30, timeWindow: 60_000 }

/** Doors that open once: an invitation, a lost password. */
export function linkRoutes(app: App, sapa: Sapa): void {
  app.get('/forgot', { config: { isPublic } }, async (_request, reply) =>
    reply.page('agent/forgot', { isSent: false, problem: null })
  )

  app.post(
    '/forgot',
    {
      schema: { body: Type.Object({ email }) },
      config: {
        isPublic,
        rateLimit,
        onInvalid: (_request, reply, problem) =>
          reply.page('agent/forgot', { isSent: false, problem })
      }
    },
    async (request, reply) => {
      // A job, so that the answer takes the same time for known and unknown addresses.
      await sapa.jobs.add(sapa.db, 'core', 'password-reset', { email: request.body.email })
      return reply.page('agent/forgot', { isSent: true, problem: null })
    }
  )

  app.get(
    '/password/:token',
    { schema: { params }, config: { isPublic, rateLimit } },
    (request, reply) => showForm(sapa, request, reply, 'reset', null)
  )

  app.post(
    '/password/:token',
    {
      schema: { params, body: Type.Object({ password }) },
      config: {
        isPublic,
        rateLimit,
        onInvalid: (request, reply, problem) => showForm(sapa, request, reply, 'reset', problem)
      }
    },
    async (request, reply) => {
      await finishReset(sapa.db, request.params.token, request.body.password, sapa.clock())
      return reply.redirect('/sign-in?notice=password', 303)
    }
  )

  app.get(
    '/invite/:token',
    { schema: { params }, config: { isPublic, rateLimit } },
    (request, reply) => showForm(sapa, request, reply, 'invite', null)
  )

  app.post(
    '/invite/:token',
    {
      schema: { params, body: Type.Object({ name, password }) },
      config: {
        isPublic,
        rateLimit,
        onInvalid: (request, reply, problem) => showForm(sapa, request, reply, 'invite', problem)
      }
    },
    async (request, reply) => {
      const agent = await acceptInvitation(
        sapa.db,
        request.params.token,
        request.body,
        sapa.clock()
      )
      await openSession(request, agent)
      return reply.redirect('/', 303)
    }
  )
}

async function showForm(
  sapa: Sapa,
  request: Request,
  reply: Reply,
  purpose: 'reset' | 'invite',
  problem: Problem | null
): Promise<Reply> {
  const { token } = request.params as { token: string }
  const agent = await findLink(sapa.db, token, purpose, sapa.clock())
  const given = (request.body ?? {}) as { name?: string }
  return reply.page(`agent/${purpose}`, {
    email: agent.email,
    name: given.name ?? agent.name,
    problem
  })
}
