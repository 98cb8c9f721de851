import type { PluginReply, PluginRequest, PluginRoute } from 'sapa/plugin-api'
import { ItemError } from '../item.ts'
import { accountOf } from '../token.ts'
import type { OpenAccount, RemoteTools } from '../tools.ts'

/** A refusal that a program understands. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly more: { field?: string; retryAfter?: number }

  constructor(status: number, code: string, message: string, more: ApiError['more'] = {}) {
    super(message)
    this.status = status
    this.code = code
    this.more = more
  }
}

export type Answer = (
  request: PluginRequest,
  entry: OpenAccount,
  id: number
) => Promise<PluginReply>

/** A route of the API: whose token it is decides which account is meant, before anything else is done. */
export function apiRoute(
  tools: RemoteTools,
  method: PluginRoute['method'],
  path: string,
  answer: Answer,
  limits: Pick<PluginRoute, 'bodyLimit' | 'timeoutMs'> = {}
): PluginRoute {
  const handle = async (request: PluginRequest): Promise<PluginReply> => {
    try {
      const { id, entry } = await admit(tools, request)
      entry.presence.seen()
      return await answer(request, entry, id)
    } catch (error) {
      if (error instanceof ApiError) return refusal(error)
      if (error instanceof ItemError) return refusal(asApiError(error))
      throw error
    }
  }
  return { method, path: `/v1${path}`, access: 'public', handle, ...limits }
}

export const json = (status: number, body: object): PluginReply => ({
  status,
  headers: { 'cache-control': 'no-store' },
  body
})

/** The body as JSON, whatever type the program called it. */
export function bodyOf(request: PluginRequest): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(request.body))
  } catch {
    throw new ApiError(400, 'bad_json', 'The body is not JSON in UTF-8')
  }
}

/** A whole number of the query within bounds. */
export function numberOf(
  request: PluginRequest,
  name: string,
  { usual, least, most }: { usual: number; least: number; most: number }
): number {
  const given = request.query[name]
  if (given === undefined) return usual
  const value = Number(given)
  if (/^\d{1,6}$/.test(given) && value >= least && value <= most) return value
  throw new ApiError(422, 'invalid', `${name} must be between ${least} and ${most}`, {
    field: name
  })
}

const asApiError = ({ code, message, field }: ItemError) =>
  new ApiError(code === 'too_large' ? 413 : 422, code, message, { field })

async function admit({ sapa, db, open, allowance }: RemoteTools, request: PluginRequest) {
  const now = Date.now()
  const id = await accountOf(db, request.headers['authorization'], now)
  if (id === null) throw new ApiError(401, 'bad_token', 'The token is missing, wrong or too old')
  const named = request.query['account']
  if (named !== undefined && named !== String(id)) {
    throw new ApiError(403, 'other_account', 'The token belongs to another account')
  }
  const retryAfter = allowance.take(id, now)
  if (retryAfter > 0) {
    throw new ApiError(429, 'too_many_requests', 'At most 300 requests a minute', { retryAfter })
  }
  const entry = open.get(id)
  if (entry && !sapa.signal.aborted) return { id, entry }
  throw stopped()
}

/** Nothing is wrong with the program: it comes again. */
export const stopped = () =>
  new ApiError(503, 'account_off', 'The account is switched off at the moment', { retryAfter: 5 })

function refusal({ status, code, message, more }: ApiError): PluginReply {
  const { field, retryAfter } = more
  const reply = json(status, {
    error: { code, message, ...(field === undefined ? {} : { field }) }
  })
  const headers = {
    ...reply.headers,
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) })
  }
  return { ...reply, headers }
}
