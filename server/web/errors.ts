import { randomBytes } from 'node:crypto'
import { rolesWith, type Permission } from '../agent/permission.ts'
import { isDiskFull } from '../db/full.ts'
import { DomainError, InvalidInput } from '../errors.ts'
import type { App, Reply, Request } from './app.ts'
import { speaksJson } from './csrf.ts'
import { Forbidden } from './permission.ts'
import { invalidFields } from './validation.ts'

export interface Problem {
  status: number
  title: string
  text: string
  /** Shown with 500s, and found in the log. */
  code?: string
  /** Texts per field. */
  fields: Record<string, string>
  /** The roles that may do what was refused. */
  roles: string[]
}

declare module './page.ts' {
  interface Views {
    'error/page': { problem: Problem }
    'error/_fragment': { problem: Problem }
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Draws the form again when its input is refused; status and texts are ready. */
    onInvalid?: (request: FastifyRequest, reply: FastifyReply, problem: Problem) => unknown
    /** The same, also for what is refused because of how things stand (409). */
    onRefusal?: (request: FastifyRequest, reply: FastifyReply, problem: Problem) => unknown
  }
}

/** The one place where a failure becomes an answer. Only what nobody expected is logged as an error. */
export function handleErrors(app: App): void {
  app.setErrorHandler(async (error, request, reply) => {
    const known = asDomainError(error)
    const problem = known ? expected(known, request) : unexpected(error, request)
    if (known?.code === 'too_many_attempts') {
      reply.header('retry-after', Number(known.values.seconds ?? 60))
    }
    return answer(problem, known, request, reply)
  })
  app.setNotFoundHandler(
    { preHandler: app.rateLimit({ max: 300, timeWindow: 60_000 }) },
    async (request, reply) => {
      const known = new DomainError('not_found', 404)
      return answer(expected(known, request), known, request, reply)
    }
  )
}

/** An address that cannot be decoded gets here before any hook has set a header. */
export function refuseUnreadable(_error: Error, _request: Request, reply: Reply): void {
  reply
    .code(400)
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff'
    })
    .type('text/plain; charset=utf-8')
    .send('400')
}

async function answer(
  problem: Problem,
  known: DomainError | null,
  request: Request,
  reply: Reply
): Promise<unknown> {
  reply.code(problem.status)
  if (problem.status === 401 && speaksJson(request)) reply.header('www-authenticate', 'Bearer')
  if (readsJson(request)) return reply.send({ error: jsonOf(problem, known) })
  const { onInvalid, onRefusal, isStream } = request.routeOptions.config
  if (problem.status === 401 && isStream) return reply.type('text/plain').send(problem.text)
  if (problem.status === 401) return toSignIn(request, reply)
  if (problem.status === 422 && onInvalid) return onInvalid(request, reply, problem)
  if ([409, 422].includes(problem.status) && onRefusal) return onRefusal(request, reply, problem)
  if (request.headers['hx-request']) return reply.part('error/_fragment', { problem })
  return reply.page('error/page', { problem })
}

/** Programs read no pages: known by the route, or by the token that they carry. */
function readsJson(request: Request): boolean {
  return speaksJson(request) || /^bearer /i.test(request.headers.authorization ?? '')
}

/** htmx would follow a redirect and swap the sign-in page into a panel: it is told to go there. */
async function toSignIn(request: Request, reply: Reply): Promise<unknown> {
  const isPart = request.headers['hx-request'] !== undefined
  const page = isPart ? pathOf(request.headers['hx-current-url']) : request.url
  const isGet = request.method === 'GET' || isPart
  const target =
    isGet && page && page !== '/' ? `/sign-in?next=${encodeURIComponent(page)}` : '/sign-in'
  if (isPart) return reply.header('hx-redirect', target).send()
  return reply.redirect(target, 303)
}

function pathOf(url: string | string[] | undefined): string | null {
  if (typeof url !== 'string' || !URL.canParse(url)) return null
  const { pathname, search } = new URL(url)
  return pathname + search
}

function asDomainError(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error
  if (!(error instanceof Error)) return null
  if (isDiskFull(error)) return new DomainError('disk_full', 507)
  const { validation, validationContext, statusCode, code } = error as Error & {
    validation?: unknown
    validationContext?: string
    statusCode?: number
    code?: string
  }
  // An address that cannot be is an address that is not there.
  if (validationContext === 'params') return new DomainError('not_found', 404)
  if (validation) return new InvalidInput(invalidFields(validation))
  if (statusCode === 413) return new DomainError('too_large', 413)
  if (statusCode === 429) return new DomainError('too_many_requests', 429)
  if (statusCode === 415) return new DomainError('unsupported_type', 415)
  if (statusCode && statusCode >= 400 && statusCode < 500) {
    return new DomainError(code === 'FST_ERR_NOT_FOUND' ? 'not_found' : 'bad_request', statusCode)
  }
  return null
}

function expected(error: DomainError, request: Request): Problem {
  const { t } = request
  const fields = error instanceof InvalidInput ? error.fields : {}
  return {
    status: error.status,
    title: t(`error.${error.status}.title`),
    text: t(`error.${error.code}`, error.values),
    fields: Object.fromEntries(Object.entries(fields).map(([name, key]) => [name, t(key)])),
    roles: error instanceof Forbidden ? rolesOf(error.permission, request) : []
  }
}

function unexpected(error: unknown, request: Request): Problem {
  const code = randomBytes(4).toString('hex')
  request.log.error({ err: error, code, route: request.routeOptions.url }, 'unexpected error')
  const { t } = request
  return {
    status: 500,
    title: t('error.500.title'),
    text: t('error.unexpected'),
    code,
    fields: {},
    roles: []
  }
}

function rolesOf(permission: Permission, { t }: Request): string[] {
  return rolesWith(permission).map(role => t(`agent.role.${role}`))
}

function jsonOf(problem: Problem, known: DomainError | null) {
  return {
    code: known?.code ?? 'unexpected',
    message: problem.text,
    ...(known?.code === 'window_closed' ? { details: known.values } : {}),
    ...(problem.code ? { reference: problem.code } : {}),
    ...(Object.keys(problem.fields).length > 0 ? { fields: problem.fields } : {})
  }
}
