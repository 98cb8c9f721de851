import type { FailureKind } from '../../plugin-api/outbound.ts'
import type { Failure } from '../spec.ts'
import type { HttpReply, HttpRequest } from '../spec-tools.ts'

/** What a provider does with requests until it is healed. */
export type Mood =
  | 'hang'
  | 'garble'
  | 'hold'
  | { isTaken?: boolean; reply?: (request: HttpRequest) => HttpReply }

interface Row {
  name: string
  kinds: FailureKind[]
  status?: number
  /** Seconds, or a date so many seconds ahead. */
  retryAfter?: number
  isDate?: boolean
}

/** A gateway's 5xx may have passed the request on, so both words are right for it. */
const rows: Row[] = [
  { name: '400', status: 400, kinds: ['permanent'] },
  { name: '401', status: 401, kinds: ['auth'] },
  { name: '403', status: 403, kinds: ['auth', 'blocked', 'permanent', 'window_closed'] },
  { name: '404', status: 404, kinds: ['permanent', 'blocked'] },
  { name: '408', status: 408, kinds: ['temporary', 'unknown_outcome'] },
  {
    name: '429 with Retry-After in seconds',
    status: 429,
    retryAfter: 120,
    kinds: ['rate_limited']
  },
  {
    name: '429 with Retry-After as a date',
    ...{ status: 429, retryAfter: 300, isDate: true, kinds: ['rate_limited'] }
  },
  { name: '500', status: 500, kinds: ['temporary', 'unknown_outcome'] },
  { name: '502', status: 502, kinds: ['temporary', 'unknown_outcome'] }
]

export function httpFailures(
  become: (mood: Mood) => () => void,
  down: () => Promise<void>,
  kinds: Record<string, readonly FailureKind[]>
): Failure[] {
  const all: Failure[] = [
    ...rows.map(row => ({
      name: row.name,
      kinds: row.kinds,
      begin: become({ reply: request => refusal(row, request) }),
      ...(row.retryAfter !== undefined && { retryAfterMs: row.retryAfter * 1000 })
    })),
    { name: 'connection refused', kinds: ['temporary'], begin: down },
    {
      name: 'reset after the request was written',
      kinds: ['unknown_outcome'],
      begin: become({ isTaken: true }),
      isTaken: true
    }
  ]
  return all.map(failure => ({ ...failure, kinds: kinds[failure.name] ?? failure.kinds }))
}

/** Says what it was asked, as careless providers do: whoever keeps these words keeps the secret. */
function refusal({ status = 500, retryAfter, isDate }: Row, request: HttpRequest): HttpReply {
  const at = new Date(Date.now() + (retryAfter ?? 0) * 1000).toUTCString()
  const wait = isDate ? at : String(retryAfter)
  return {
    status,
    json: { error: { message: `refused: ${JSON.stringify(request.headers)}` } },
    headers: retryAfter === undefined ? {} : { 'retry-after': wait }
  }
}
