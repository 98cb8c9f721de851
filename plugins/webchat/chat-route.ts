import type { PluginReply, PluginRequest, PluginRoute } from 'sapa/plugin-api'
import { localeOf } from './locale.ts'
import { Refusal } from './refusal.ts'
import type { Locale } from './settings.ts'
import { findHolder, hashToken, tokenShape, type Holder } from './talk/visitor.ts'
import type { ChatTools } from './tools.ts'
import { isKnownKey, type Widget } from './widget.ts'

/** What every handler below `/chat/<key>` gets. */
export interface Asked {
  request: PluginRequest
  widget: Widget
  locale: Locale
  now: Date
  /** SHA-256 of the visitor's token; null: none was sent. */
  hash: string | null
  /** Null: nobody holds the token yet. */
  holder: Holder | null
}

/** Of somebody who is known. */
export interface AskedByVisitor extends Asked {
  hash: string
  holder: Holder
}

type Options = Partial<Pick<PluginRoute, 'bodyLimit' | 'timeoutMs' | 'isForeign' | 'rate'>>

/** Many visitors can be behind one address, so this only stops the worst; see the limits of the talk. */
const usualRate = { max: 6_000, perMs: 60_000 }

/** `chatRoute(tools, 'POST typing', handle)`: a route of a widget, with its refusals made readable. */
export function chatRoute(
  tools: ChatTools,
  what: string,
  handle: (asked: Asked) => Promise<PluginReply>,
  options: Options = {}
): PluginRoute {
  const [method = 'GET', path = ''] = what.split(' ')
  return {
    ...{ method: method as PluginRoute['method'], path: `/chat/:key/${path}` },
    ...{ access: 'public', mount: 'site', bodyLimit: 64 * 1024, rate: usualRate, ...options },
    async handle(request) {
      try {
        return await handle(await askedOf(tools, request))
      } catch (error) {
        return await refused(tools, request, error)
      }
    }
  }
}

/** As `chatRoute`, for those who are known: others get 404, and 410 when they have ended the chat. */
export function visitorRoute(
  tools: ChatTools,
  what: string,
  handle: (asked: AskedByVisitor) => Promise<PluginReply>,
  options: Options = {}
): PluginRoute {
  return chatRoute(tools, what, asked => handle(knownOf(asked)), options)
}

/** The holder of a token that may still talk. Throws. */
function knownOf(asked: Asked): AskedByVisitor {
  const { hash, holder } = asked
  if (hash === null || holder === null) throw new Refusal('unknown_visitor')
  return { ...asked, hash, holder }
}

async function askedOf(tools: ChatTools, request: PluginRequest): Promise<Asked> {
  const { db, widgets, clock } = tools
  const key = request.params['key'] ?? ''
  const widget = widgets.get(key)
  if (!widget) throw new Refusal((await isKnownKey(db, key)) ? 'closed' : 'unknown_key', 5_000)
  const locale = await localeOf(tools, widget, request)
  const hash = tokenHash(request)
  const holder = hash === null ? null : await findHolder(db, widget.account.facts.id, hash)
  if (holder?.isEnded) throw new Refusal('ended')
  return { request, widget, locale, now: clock(), hash, holder }
}

function tokenHash({ headers }: PluginRequest): string | null {
  const token = /^Bearer (.*)$/.exec(headers['authorization'] ?? '')?.[1]
  if (token === undefined) return null
  if (!tokenShape.test(token)) throw new Refusal('invalid')
  return hashToken(token)
}

async function refused(
  tools: ChatTools,
  request: PluginRequest,
  error: unknown
): Promise<PluginReply> {
  // What fails while the line is being closed is not the visitor's fault, and nobody's.
  const isOver = !tools.widgets.has(request.params['key'] ?? '') && !(error instanceof Refusal)
  const refusal = isOver ? new Refusal('closed', 5_000) : error
  if (!(refusal instanceof Refusal)) throw error
  const { code, status, retryAfterMs } = refusal
  const text = tools.sapa.t(await localeOf(tools, null, request), `refusal.${code}`)
  const wait = retryAfterMs === null || status === 404 ? null : retryAfterMs
  return {
    status,
    headers: {
      'cache-control': 'no-store',
      ...(wait !== null && { 'retry-after': String(Math.ceil(wait / 1000)) })
    },
    body: { code, text, ...(wait !== null && { retryAfterMs: wait }) }
  }
}
