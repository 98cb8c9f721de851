import type { AccountContext, ChannelFailure, SapaContext, SettingsValues } from 'sapa/plugin-api'

interface Call {
  path: string
  signal: AbortSignal
  body?: object | undefined
}

/** One request. What goes wrong becomes one of seven words, by which Sapa knows what to do next. */
export async function request(
  sapa: SapaContext,
  fetch: AccountContext['fetch'],
  settings: SettingsValues,
  { path, signal, body }: Call
): Promise<object> {
  const response = await fetch(`${String(settings.server).replace(/\/$/, '')}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${String(settings.token)}`,
      'content-type': 'application/json'
    },
    ...(body && { body: JSON.stringify(body) }),
    signal
  }).catch((error: unknown) => {
    throw lost(sapa, error)
  })
  if (!response.ok) throw refused(sapa, response)
  const answer: unknown = await response.json().catch(() => null)
  return Object(answer) as object
}

/** No answer came. Only what surely never left may be sent again by itself. */
function lost(sapa: SapaContext, error: unknown): ChannelFailure {
  const { code, name } = Object(error) as { code?: string; name?: string }
  const isUnsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'host_refused'].includes(code ?? '')
  const kind = isUnsent || code === 'UND_ERR_CONNECT_TIMEOUT' ? 'temporary' : 'unknown_outcome'
  return sapa.failure(kind, `No answer: ${code ?? name ?? 'unknown'}`)
}

/** Never with the provider's own words: they may repeat what it was sent, secrets too. */
function refused(sapa: SapaContext, { status, headers }: Response): ChannelFailure {
  const code = String(status)
  const say = `The provider answered ${code}`
  if (status === 401 || status === 403) return sapa.failure('auth', say, { code })
  if (status === 429) {
    const retryAfterMs = waitOf(headers.get('retry-after'))
    return sapa.failure('rate_limited', say, { code, retryAfterMs, scope: 'account' })
  }
  const isLater = status === 408 || status >= 500
  return sapa.failure(isLater ? 'temporary' : 'permanent', say, { code })
}

/** Seconds or a date. */
function waitOf(header: string | null): number {
  const seconds = Number(header ?? '30')
  const ms = Number.isNaN(seconds) ? Date.parse(header ?? '') - Date.now() : seconds * 1000
  return Math.max(1000, Number.isNaN(ms) ? 30_000 : ms)
}
