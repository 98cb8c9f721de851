import { createHash, randomBytes } from 'node:crypto'
import type { PluginReply, PluginRequest, PluginRoute } from 'sapa/plugin-api'
import { isFailure } from '../failure.ts'
import type { EmailTools } from '../tools.ts'
import { requestTokens } from './exchange.ts'
import { providerOf } from './provider.ts'
import { callbackUrl } from './url.ts'

const lifeMs = 10 * 60_000

/** What a sign-in under way is bound to. */
interface Pending {
  account: number
  agent: number
  verifier: string
  until: number
}

/** The way to Google or Microsoft and back. */
export function oauthRoutes(tools: EmailTools): PluginRoute[] {
  const access = 'admin'
  return [
    { method: 'GET', path: '/oauth/start', access, handle: request => start(tools, request) },
    { method: 'GET', path: '/oauth/callback', access, handle: request => finish(tools, request) }
  ]
}

async function start(tools: EmailTools, request: PluginRequest): Promise<PluginReply> {
  const id = Number(request.query['account'])
  const entry = tools.open.get(id)
  const provider = entry && providerOf(entry.settings)
  if (!entry || !provider || !request.agent) return answer(tools, request, 404, 'oauth.noAccount')
  if (!entry.settings.oauth.clientId) return answer(tools, request, 409, 'oauth.noClient')

  const state = randomBytes(32).toString('base64url')
  const verifier = randomBytes(32).toString('base64url')
  const until = Date.now() + lifeMs
  const pending: Pending = { account: id, agent: request.agent.id, verifier, until }
  await tools.sapa.values.set(keyOf(state), JSON.stringify(pending), lifeMs)

  const url = new URL(provider.authorizeUrl)
  const asked = {
    client_id: entry.settings.oauth.clientId,
    redirect_uri: callbackUrl(entry.account),
    response_type: 'code',
    scope: provider.scope,
    state,
    code_challenge: sha256(verifier),
    code_challenge_method: 'S256',
    login_hint: entry.settings.user,
    ...provider.extra
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  return { redirect: url.href }
}

async function finish(tools: EmailTools, request: PluginRequest): Promise<PluginReply> {
  const pending = await takePending(tools, request.query['state'] ?? '')
  if (!pending || pending.agent !== request.agent?.id) {
    return answer(tools, request, 400, 'oauth.expired')
  }
  const entry = tools.open.get(pending.account)
  if (!entry) return answer(tools, request, 404, 'oauth.noAccount')
  const code = request.query['code']
  if (!code) return answer(tools, request, 400, 'oauth.refused')

  try {
    const tokens = await requestTokens(tools.sapa.fetch, tools.sapa.failure, entry.settings, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: callbackUrl(entry.account),
      code_verifier: pending.verifier
    })
    if (!tokens.refreshToken) return answer(tools, request, 502, 'oauth.noRefresh')
    await entry.tokens.accept(tokens)
    return answer(tools, request, 200, 'oauth.done', { address: entry.settings.address })
  } catch (error) {
    const reason = isFailure(error) ? (error.detail.code ?? error.failure) : 'internal'
    tools.sapa.log.warn({ account: pending.account, reason }, 'Sign-in failed')
    return answer(tools, request, 502, 'oauth.failed', { reason })
  }
}

/** A state counts once, also when two requests bring it at the same moment. */
const taken = new Set<string>()

async function takePending({ sapa }: EmailTools, state: string): Promise<Pending | null> {
  const key = keyOf(state)
  if (!state || taken.has(key)) return null
  taken.add(key)
  try {
    const stored = await sapa.values.get(key)
    await sapa.values.delete(key)
    const pending = stored === null ? null : (JSON.parse(stored) as Pending)
    return pending && pending.until > Date.now() ? pending : null
  } finally {
    taken.delete(key)
  }
}

function answer(
  { sapa }: EmailTools,
  request: PluginRequest,
  status: number,
  key: string,
  values: Record<string, string> = {}
): PluginReply {
  const body = sapa.t(request.agent?.locale ?? 'en', key, values)
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url')

const keyOf = (state: string) => `oauth:${sha256(state)}`
