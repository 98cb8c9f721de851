import { start } from './word.ts'

/** What Sapa refused, with the reason and when to come again. No status: it was not reached. */
export class Refusal extends Error {
  status: number
  code: string
  retryAfterMs: number

  constructor(status: number, code: string, text: string, retryAfterMs = 0) {
    super(text)
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }

  /** It may well work later, as it is. */
  get isPassing(): boolean {
    return this.status < 2 || this.status === 429 || this.status >= 500
  }
}

export const unreachable = new Refusal(0, 'unreachable', '')
/** It was asked with a token that has given way to another one since. */
export const outdated = new Refusal(1, 'outdated', '')

export class Api {
  token: string
  /** A sign-in, which may end in another token: until then nothing is asked. */
  turning: Promise<unknown> | null = null
  /** Tokens that have given way to another one. */
  former = new Set<string>()

  constructor(token: string) {
    this.token = token
  }

  turn(token: string): void {
    this.former.add(this.token)
    this.token = token
  }

  headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` }
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.open(method, path, body)
    const text = await answer.text()
    return (text ? JSON.parse(text) : {}) as T
  }

  /** What is only for who sits here now: rejects when that is somebody else by the time it comes. */
  async get<T>(path: string): Promise<T> {
    await this.turning
    const { token } = this
    const answer = await this.call<T>('GET', path)
    await this.turning
    if (token !== this.token) throw outdated
    return answer
  }

  async open(method: string, path: string, body?: unknown): Promise<Response> {
    await this.turning
    const { token } = this
    const answer = await fetch(withLanguage(path), {
      method,
      headers: {
        ...this.headers(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' })
      },
      body: body === undefined ? null : JSON.stringify(body),
      credentials: 'omit',
      signal: AbortSignal.timeout(20_000)
    }).catch(() => null)
    if (!answer) throw unreachable
    if (answer.ok) return answer
    await this.turning
    // Now it can be asked with another one.
    if (token !== this.token) throw outdated
    throw refusalOf(answer.status, await answer.text().catch(() => ''))
  }
}

/** So that refusals and texts come in the panel's language. */
export const withLanguage = (path: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}lang=${start.locale}`

export function refusalOf(status: number, text: string): Refusal {
  try {
    const {
      code,
      text: words,
      retryAfterMs
    } = JSON.parse(text) as Partial<Record<string, string | number>>
    return new Refusal(
      status,
      String(code ?? status),
      String(words ?? ''),
      Number(retryAfterMs) || 0
    )
  } catch {
    return new Refusal(status, String(status), '')
  }
}

/** A uuid; `crypto.randomUUID` is not there on pages without https. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 15) | 64
  bytes[8] = ((bytes[8] ?? 0) & 63) | 128
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** 32 random bytes, base64url. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
