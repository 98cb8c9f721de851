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
    /** Answered by a plugin at the root: Sapa's cookies and tokens mean nothing there. */
    isSite?: boolean
  }
  interface FastifyInstance {
    /** Every route with its door: what tests walk through. */
    doors: Door[]
  }
  interface FastifyRequest {
    /** Who is signed in. On routes with `can` there is always somebody. */
    agent: Agent | null
  }
}

export interface Door {
  method: string
  url: string
  can: Permission | null
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
  const doors: Door[] = []
  app.decorate('doors', doors)
  app.decorateRequest('agent', null)
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.can && !config?.isPublic) {
      throw new Error(`${String(method)} ${url} names no permission and is not public`)
    }
    const can = config.can ?? null
    doors.push(...[method].flat().map(verb => ({ method: verb, url, can })))
  })
  app.addHook('onRequest', async request => {
    request.agent = await signedIn(request, sapa)
    const { can } = request.routeOptions.config
    if (!can) return
    if (!request.agent) throw signedOut(request)
    if (!may(request.agent.role, can)) throw new Forbidden(can)
  })
}

/** The signed-in agent of a route that has `can`. */
export function agentOf(request: Request): Agent {
  if (!request.agent) throw signedOut(request)
  return request.agent
}

function signedOut(request: Request): DomainError {
  return new DomainError(isForPrograms(request) ? 'token_required' : 'signed_out', 401)
}

async function signedIn(request: Request, sapa: Sapa): Promise<Agent | null> {
  if (request.routeOptions.config?.isSite) return null
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (isForPrograms(request)) {
    return token ? verifyApiToken(sapa.db, token, sapa.clock()) : null
  }
  const agentId = request.session?.agentId
  if (agentId === undefined) return null
  const agent = await findAgent(sapa.reader, agentId)
  return agent.is_active ? agent : null
}
