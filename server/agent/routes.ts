import { Type } from '../web/type.ts'
import { DomainError } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { ownPath } from '../web/next.ts'
import { hasOwner } from './find.ts'
import { linkRoutes } from './link-routes.ts'
import { signIn } from './sign-in.ts'
import type { Agent } from './table.ts'

declare module '../web/page.ts' {
  interface Views {
    'agent/sign-in': { email: string; next: string; problem: Problem | null; notice: string | null }
  }
}

const query = Type.Object({
  next: Type.Optional(Type.String({ maxLength: 2000 })),
  notice: Type.Optional(Type.String({ maxLength: 40 }))
})
const credentials = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: Type.String({ minLength: 1, maxLength: 1000 }),
  next: Type.Optional(Type.String({ maxLength: 2000 }))
})

/** Getting in and out. */
export function agentRoutes(app: App, sapa: Sapa): void {
  app.get(
    '/sign-in',
    { schema: { querystring: query }, config: { isPublic: true } },
    async (request, reply) => {
      const next = ownPath(request.query.next)
      if (request.agent) return reply.redirect(next, 303)
      // A new installation has nobody who could sign in; that page says where its key is.
      if (!(await hasOwner(sapa.db))) return reply.redirect('/setup', 303)
      const notice = notices[request.query.notice ?? ''] ?? null
      return reply.page('agent/sign-in', { email: '', next, problem: null, notice })
    }
  )

  app.post(
    '/sign-in',
    {
      schema: { body: credentials },
      config: {
        isPublic: true,
        rateLimit: { max: 60, timeWindow: 60_000 },
        onInvalid: signInAgain
      }
    },
    async (request, reply) => {
      const { email, password, next } = request.body
      if (sapa.config.isHttps && request.protocol !== 'https') {
        throw new DomainError('proxy_protocol', 400)
      }
      const agent = await signIn(sapa.db, { email, password, address: request.ip }, sapa.clock())
      await openSession(request, agent)
      return reply.redirect(ownPath(next), 303)
    }
  )

  app.delete('/session', { config: { can: 'profile:edit' } }, async (request, reply) => {
    await request.session.destroy()
    return reply.header('hx-redirect', '/sign-in?notice=signed-out').code(204).send()
  })

  app.post('/sign-out', { config: { can: 'profile:edit' } }, async (request, reply) => {
    await request.session.destroy()
    return reply.redirect('/sign-in?notice=signed-out', 303)
  })

  linkRoutes(app, sapa)
}

/** A new id at every sign-in: what was set in the browser before is worth nothing. */
export async function openSession(request: Request, agent: Agent): Promise<void> {
  await request.session.regenerate()
  request.session.agentId = agent.id
  request.session.address = request.ip
  request.session.userAgent = request.headers['user-agent'] ?? ''
}

function signInAgain(request: Request, reply: Reply, problem: Problem): Reply {
  const { email, next } = (request.body ?? {}) as { email?: string; next?: unknown }
  return reply.page('agent/sign-in', {
    email: email ?? '',
    next: ownPath(next),
    problem,
    notice: null
  })
}

const notices: Record<string, string> = {
  password: 'agent.notice.password_changed',
  'signed-out': 'agent.notice.signed_out'
}
