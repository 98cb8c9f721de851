import type { SapaContext } from 'sapa/plugin-api'

/** Where one bot is reached. */
export interface Line {
  token: string
  apiUrl: string
  fetch: SapaContext['fetch']
}

/** The Bot API has answered that it does not do it. */
export class Refusal extends Error {
  readonly status: number
  readonly retryAfterMs: number | null
  /** The group goes on under this id. */
  readonly movedTo: number | null

  constructor(status: number, description: string, parameters: Parameters = {}) {
    super(description)
    this.status = status
    const { retry_after, migrate_to_chat_id } = parameters
    this.retryAfterMs = retry_after === undefined ? null : retry_after * 1000
    this.movedTo = migrate_to_chat_id ?? null
  }
}

/** Nobody has answered, or not in words that the Bot API uses. */
export class NoAnswer extends Error {
  /** It is certain that nothing was done. */
  readonly isHarmless: boolean

  constructor(what: string, isHarmless: boolean) {
    super(what)
    this.isHarmless = isHarmless
  }
}

interface Parameters {
  retry_after?: number
  migrate_to_chat_id?: number
}

export interface CallOptions {
  signal: AbortSignal
  timeoutMs?: number
  /** Awaited right before the call can make anything happen. */
  begin?: () => Promise<void>
}

/** A form with files, made as it is read. */
export interface FormBody {
  type: string
  /** `last` is awaited before the last bytes. */
  bytes(last: () => Promise<void>): AsyncIterable<Uint8Array>
}

/** One call of the Bot API. No error of it holds the address, because the token stands in it. */
export async function call<Result>(
  line: Line,
  method: string,
  given: object | FormBody,
  { signal, timeoutMs = 30_000, begin }: CallOptions
): Promise<Result> {
  let hasBegun = false
  const start = async () => {
    await begin?.().catch(() => {
      throw new NoAnswer('It could not be noted that this begins', true)
    })
    hasBegun = true
  }
  const isForm = 'bytes' in given
  if (!isForm) await start()
  const body = isForm ? given.bytes(start) : JSON.stringify(given)
  const response = await line
    .fetch(`${line.apiUrl}/bot${line.token}/${method}`, {
      method: 'POST',
      // What is written is for the Bot API alone.
      redirect: 'error',
      headers: { 'content-type': isForm ? given.type : 'application/json' },
      body: body as NonNullable<RequestInit['body']>,
      ...{ signal, timeoutMs }
    })
    .catch((error: unknown) => {
      throw new NoAnswer(reasonOf(error), !hasBegun || isUnsent(error))
    })
  return read<Result>(response)
}

/** The bytes of a file whose path `getFile` has told. */
export async function download(line: Line, path: string, signal: AbortSignal): Promise<Response> {
  const address = `${line.apiUrl}/file/bot${line.token}/${path.split('/').map(encodeURIComponent).join('/')}`
  const response = await line
    .fetch(address, { signal, timeoutMs: 120_000 })
    .catch((error: unknown) => {
      throw new NoAnswer(reasonOf(error), true)
    })
  if (response.ok) return response
  await response.body?.cancel()
  throw new Refusal(response.status, 'The file is not there')
}

async function read<Result>(response: Response): Promise<Result> {
  const text = await response.text().catch((error: unknown) => {
    throw new NoAnswer(reasonOf(error), false)
  })
  const answer = parse(text)
  if (answer?.ok === true) return answer.result as Result
  if (answer?.ok === false) {
    const { error_code: status = response.status, description = '', parameters } = answer
    throw new Refusal(status, shortly(description), parameters)
  }
  // A gateway in between speaks HTML.
  if (response.status >= 400)
    throw new Refusal(response.status, `HTTP ${response.status}`, waitOf(response))
  throw new NoAnswer('The answer makes no sense', false)
}

interface Answer {
  ok?: boolean
  result?: unknown
  error_code?: number
  description?: string
  parameters?: Parameters
}

function parse(text: string): Answer | null {
  try {
    const answer: unknown = JSON.parse(text)
    return typeof answer === 'object' && answer !== null ? answer : null
  } catch {
    return null
  }
}

function waitOf({ headers }: Response): Parameters {
  const seconds = Number(headers.get('retry-after') ?? '')
  return seconds > 0 ? { retry_after: seconds } : {}
}

/** Codes of errors that come before the first byte has left. */
const unsent = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'host_refused'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...[
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID'
  ]
])

const isUnsent = (error: unknown) => unsent.has(codeOf(error))

function codeOf(error: unknown): string {
  const { code } = Object(error) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** Never the error's own text: it may name the address. */
function reasonOf(error: unknown): string {
  const code = codeOf(error)
  const { name, host } = Object(error) as { name?: string; host?: string }
  if (code === 'host_refused') return `${host} is in a private network that is not allowed`
  if (name === 'TimeoutError') return 'timeout'
  if (name === 'AbortError') return 'aborted'
  return /^[A-Z][A-Z_]+$/.test(code) ? code : 'connection failed'
}

const shortly = (text: string) =>
  text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
