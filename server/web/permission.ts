import { findAgent } from '../agent/find.ts'
import { verifyApiToken } from '../agent/api-token.ts'
import { may, type Permission } from '../agent/permission.ts'
import type { Agent } from '../agent/table.ts'
import { DomainError } from '../errors.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Request } from './app.ts'
import { isForPrograms } from './csrf.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    can?: Permission
    isPublic?: boolean
  }
  interface FastifyRequest {
    /** Who is signed in. On routes with `can` there is always somebody. */
    agent: Agent | null
  }
}

/** Carries the permission that was missing, so that the page can say who has it. */
export class Forbidden extends DomainError {
  readonly permission: Permission

  constructor(permission: Permission) {
    super('forbidden', 403)
    this.permission = permission
  }
}

/** A route that names neither a permission nor `isPublic` stops the boot. */
export function checkPermissions(app: App, sapa: Sapa): void {
  app.decorateRequest('agent', null)
  app.addHook('onRoute', route => {
    if (route.config?.can || route.config?.isPublic) return
    throw new Error(`${String(route.method)} ${route.url} names no permission and is not public`)
  })
  app.addHook('onRequest', async request => {
    request.agent = await signedIn(request, sapa)
    const { can } = request.routeOptions.config
    if (!can) return
    if (!request.agent) throw new DomainError('signed_out', 401)
    if (!may(request.agent.role, can)) throw new Forbidden(can)
  })
}

/** The signed-in agent of a route that has `can`. */
export function agentOf(request: Request): Agent {
  if (!request.agent) throw new DomainError('signed_out', 401)
  return request.agent
}

async function signedIn(request: Request, sapa: Sapa): Promise<Agent | null> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (isForPrograms(request)) {
    return token ? verifyApiToken(sapa.db, token, sapa.clock()) : null
  }
  const agentId = request.session?.agentId
  if (agentId === undefined) return null
  const agent = await findAgent(sapa.reader, agentId)
  return agent.is_active ? agent : null
}
