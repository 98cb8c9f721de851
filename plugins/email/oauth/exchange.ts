import { shortly, type Fail } from '../failure.ts'
import type { MailSettings } from '../mail-settings.ts'
import { providerOf } from './provider.ts'

export interface Tokens {
  accessToken: string
  expiresAt: number
  /** A provider that rotates hands out a new one each time. */
  refreshToken: string | null
}

export type Fetch = (
  url: string,
  options?: RequestInit & { timeoutMs?: number }
) => Promise<Response>

/** Asks the provider's token address. Only its own refusal means that the owner has to sign in again. */
export async function requestTokens(
  fetch: Fetch,
  fail: Fail,
  settings: MailSettings,
  grant: Record<string, string>
): Promise<Tokens> {
  const provider = providerOf(settings)
  if (!provider) throw fail('auth', 'This account signs in with a password')
  const { clientId, clientSecret } = settings.oauth
  const body = new URLSearchParams({
    client_id: clientId,
    ...(clientSecret && { client_secret: clientSecret }),
    ...grant
  })
  const response = await reach(fetch, fail, provider.tokenUrl, body)
  const answer = await readAnswer(response)
  if (response.ok && typeof answer['access_token'] === 'string') {
    const lifeMs = (Number(answer['expires_in']) || 3600) * 1000
    const refreshToken = answer['refresh_token']
    return {
      accessToken: answer['access_token'],
      expiresAt: Date.now() + lifeMs,
      refreshToken: typeof refreshToken === 'string' ? refreshToken : null
    }
  }
  const code =
    typeof answer['error'] === 'string' ? shortly(answer['error']) : String(response.status)
  const isRefused = response.status >= 400 && response.status < 500 && refusals.has(code)
  throw fail(isRefused ? 'auth' : 'temporary', `Sign-in was not renewed: ${code}`, { code })
}

const refusals = new Set([
  ...['invalid_grant', 'invalid_client', 'unauthorized_client', 'access_denied'],
  ...['interaction_required', 'consent_required', 'login_required', 'invalid_request']
])

async function reach(
  fetch: Fetch,
  fail: Fail,
  url: string,
  body: URLSearchParams
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: body.toString(),
      timeoutMs: 20_000
    })
  } catch {
    throw fail('temporary', 'The sign-in server could not be reached')
  }
}

async function readAnswer(response: Response): Promise<Record<string, unknown>> {
  const answer: unknown = await response.json().catch(() => null)
  return answer && typeof answer === 'object' ? (answer as Record<string, unknown>) : {}
}
