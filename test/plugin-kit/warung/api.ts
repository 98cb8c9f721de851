import type { FailureKind, SapaContext } from 'sapa/plugin-api'
import { fault } from './fault.ts'

const base = 'https://api.warung.example'

export interface Call {
  signal?: AbortSignal
  json?: unknown
  body?: AsyncIterable<Uint8Array>
}

type Fetch = SapaContext['fetch']
type Answer = Record<string, unknown>

/** The provider's API, whose failures come out in core's words. */
export function api(sapa: SapaContext, fetch: Fetch, token: () => string) {
  async function ask(method: string, path: string, { signal, json, body }: Call = {}) {
    const init: RequestInit & { duplex?: 'half'; timeoutMs: number } = {
      method,
      headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
      timeoutMs: body ? 600_000 : 10_000,
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body && { body: body as unknown as ReadableStream, duplex: 'half' as const }),
      ...(signal && fault !== 'ignores the signal' && { signal })
    }
    const response = await fetch(base + path, init).catch((error: unknown) => {
      if (fault === 'logs every attempt') sapa.log.warn({ path }, 'not reached')
      throw sapa.failure(lineKind(error, method), 'The provider cannot be reached')
    })
    if (response.ok) return response
    const words = await response.text()
    const text = fault === 'repeats what the provider says' ? words : `HTTP ${response.status}`
    const wait = retryAfter(response.headers.get('retry-after'))
    throw sapa.failure(kindOf(response.status), text, {
      code: String(response.status),
      ...(wait !== null && fault !== 'overlooks Retry-After' && { retryAfterMs: wait })
    })
  }
  async function call(method: string, path: string, options?: Call): Promise<Answer> {
    const response = await ask(method, path, options)
    try {
      return (await response.json()) as Answer
    } catch {
      throw sapa.failure('unknown_outcome', 'The provider answered nonsense')
    }
  }
  return { ask, call }
}

/** Only a connection that never stood is sure to have carried nothing. */
function lineKind(error: unknown, method: string): FailureKind {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const isSure = method === 'GET' || code === 'ECONNREFUSED' || code === 'ENOTFOUND'
  if (fault === 'gives up when nobody listens' && isSure) return 'permanent'
  return isSure ? 'temporary' : 'unknown_outcome'
}

function kindOf(status: number): FailureKind {
  if (status === 401) return fault === 'takes 401 for permanent' ? 'permanent' : 'auth'
  if (status === 429) return fault === 'takes a limit for final' ? 'permanent' : 'rate_limited'
  return status === 408 || status >= 500 ? 'temporary' : 'permanent'
}

function retryAfter(header: string | null): number | null {
  if (header === null) return null
  const seconds = Number(header)
  return Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now()
}
