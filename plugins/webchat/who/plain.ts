import { randomBytes, randomUUID } from 'node:crypto'
import type { PluginReply, PluginRequest, PluginRoute } from 'sapa/plugin-api'
import { chatRoute, type Asked } from '../chat-route.ts'
import { localeOf } from '../locale.ts'
import { Refusal } from '../refusal.ts'
import { getMessages } from '../talk/history.ts'
import { makeKnown } from '../talk/known.ts'
import { noteReading } from '../talk/marks.ts'
import { isUuid, takeMessage } from '../talk/post.ts'
import { messageText } from '../talk/text.ts'
import { tokenShape } from '../talk/visitor.ts'
import type { ChatTools } from '../tools.ts'
import type { History } from '../wire.ts'
import { colorSheet, visitorPage } from './page.ts'
import { plainContent, type Typed } from './plain-page.ts'
import { keepProfile, readProfile } from './profile.ts'

const cookieName = 'sapa_chat'
const cookieSeconds = 30 * 24 * 60 * 60

/** The chat as a page with a form, for browsers without script and for widgets that are form only. */
export function plainRoutes(tools: ChatTools): PluginRoute[] {
  return [
    pageRoute(tools, 'GET', asked => showPage(tools, asked)),
    pageRoute(tools, 'POST', asked => takeForm(tools, asked)),
    chatRoute(tools, 'GET colors.css', async ({ widget }) => colorSheet(widget))
  ]
}

/**
 * As the routes of the panel, but the token comes in a cookie of its own, which pages of other sites cannot
 * have sent for them, and a refusal is a page.
 */
function pageRoute(
  tools: ChatTools,
  method: 'GET' | 'POST',
  handle: (asked: Asked) => Promise<PluginReply>
): PluginRoute {
  const inner = chatRoute(tools, `${method} `, handle)
  return {
    ...inner,
    path: '/chat/:key',
    async handle(request) {
      const reply = await inner.handle(withToken(request))
      return isRefusal(reply.body) ? refusalPage(tools, request, reply, reply.body) : reply
    }
  }
}

async function showPage(tools: ChatTools, asked: Asked): Promise<PluginReply> {
  const { holder, widget, now, request } = asked
  const body = (await getMessages(tools, asked)).body as History
  const last = body.messages.at(-1)?.seq ?? 0
  // What stands on the page has been read.
  if (holder) await noteReading(tools, widget, holder.visitor, { delivered: last, read: last }, now)
  return withCookie(
    tools,
    asked,
    await page(tools, asked, body, { wasSent: 'sent' in request.query })
  )
}

async function takeForm(tools: ChatTools, asked: Asked): Promise<PluginReply> {
  const { request, widget } = asked
  const form = request.form ?? {}
  const { state } = (await getMessages(tools, asked)).body as History
  const typed = typedIn(form)
  const wrong = wrongIn(typed, state)
  if (wrong.length > 0) {
    const body = (await getMessages(tools, asked)).body as History
    return withCookie(tools, asked, await page(tools, asked, body, { typed, wrong, status: 422 }))
  }
  const known = await makeKnown(tools, withoutCookie(asked, typed.clientId))
  const read = readProfile({ ...typed, hasConsent: typed.consent })
  if ('profile' in read) {
    const visitor = await keepProfile(tools, widget, known.holder.visitor, read.profile, asked.now)
    if (visitor) known.holder.visitor = visitor
  }
  const text = messageText(typed.text)
  await takeMessage(tools, known, { clientId: typed.clientId, text, files: [] })
  return {
    status: 303,
    redirect: `/chat/${widget.key}?sent`,
    headers: { 'cache-control': 'no-store' }
  }
}

/** A browser that keeps no cookies: the form's own id makes a second press the same message. */
function withoutCookie(asked: Asked, clientId: string): Asked {
  return asked.hash === null ? { ...asked, hash: `form:${asked.widget.key}:${clientId}` } : asked
}

function typedIn(form: Record<string, unknown>): Typed {
  const of = (name: string) => {
    const value = form[name]
    return typeof value === 'string' ? value : ''
  }
  if (!isUuid(form['clientId'])) throw new Refusal('invalid')
  return {
    ...{ clientId: form['clientId'], text: of('text'), consent: of('consent') !== '' },
    ...{ name: of('name'), email: of('email'), phone: of('phone') }
  }
}

function wrongIn(typed: Typed, { preChat, consent, limits }: History['state']): string[] {
  const read = readProfile({ name: typed.name, email: typed.email, phone: typed.phone })
  const missing = preChat.filter(({ name, isRequired }) => isRequired && typed[name].trim() === '')
  const length = [...typed.text.trim()].length
  return [
    ...('wrong' in read ? read.wrong : []),
    ...missing.map(({ name }) => name),
    ...(consent?.isRequired && !typed.consent ? ['consent'] : []),
    ...(length === 0 ? ['text'] : length > limits.textLength ? ['text_long'] : [])
  ]
}

async function page(
  tools: ChatTools,
  { widget, locale }: Pick<Asked, 'widget' | 'locale'>,
  history: History,
  more: { typed?: Typed; wrong?: string[]; wasSent?: boolean; status?: number }
): Promise<PluginReply> {
  const { timeZone } = await tools.sapa.business()
  const { typed = null, wrong = [], wasSent = false, status = 200 } = more
  const shown = { key: widget.key, locale, timeZone, history, wasSent, wrong, typed }
  const content = plainContent(tools, { ...shown, clientId: typed?.clientId ?? randomUUID() })
  const title = history.state.name || tools.sapa.t(locale, 'who.plain.title')
  return visitorPage(tools, widget, { title, locale, status }, content)
}

/** The panel's own way: the browser holds a token that is known here with its first message. */
async function withCookie(
  { sapa }: ChatTools,
  { hash, widget }: Asked,
  reply: PluginReply
): Promise<PluginReply> {
  if (hash !== null) return reply
  const cookie = cookieOf(await sapa.business(), widget.key, newToken(), cookieSeconds)
  return { ...reply, headers: { ...reply.headers, 'set-cookie': cookie } }
}

const newToken = () => randomBytes(32).toString('base64url')

function cookieOf(
  { publicUrl }: { publicUrl: string },
  key: string,
  token: string,
  seconds: number
) {
  const safe = publicUrl.startsWith('https:') ? '; Secure' : ''
  return `${cookieName}=${token}; Path=/chat/${key}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${safe}`
}

function withToken(request: PluginRequest): PluginRequest {
  const { authorization: _, ...headers } = request.headers
  const cookies = (headers['cookie'] ?? '').split(/;\s*/)
  const token = cookies.find(one => one.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1)
  if (token === undefined || !tokenShape.test(token)) return { ...request, headers }
  return { ...request, headers: { ...headers, authorization: `Bearer ${token}` } }
}

interface RefusalBody {
  code: string
  text: string
}

function isRefusal(body: unknown): body is RefusalBody {
  return typeof body === 'object' && body !== null && 'code' in body && 'text' in body
}

async function refusalPage(
  tools: ChatTools,
  request: PluginRequest,
  { status = 400, headers = {} }: PluginReply,
  { code, text }: RefusalBody
): Promise<PluginReply> {
  const { sapa, widgets } = tools
  const key = request.params['key'] ?? ''
  const locale = await localeOf(tools, widgets.get(key) ?? null, request)
  const isKnown = code !== 'unknown_key'
  const back = isKnown
    ? sapa.html`<p><a href="/chat/${key}">${sapa.t(locale, 'who.plain.back')}</a></p>`
    : ''
  const title = sapa.t(locale, 'who.plain.title')
  const shown = visitorPage(
    tools,
    { key: isKnown ? key : '' },
    { title, locale, status },
    sapa.html`<p role="alert">${text}</p>${back}`
  )
  // The next visit begins anew.
  const gone = code === 'ended' ? cookieOf(await sapa.business(), key, '', 0) : null
  return {
    ...shown,
    headers: { ...headers, ...shown.headers, ...(gone !== null && { 'set-cookie': gone }) }
  }
}
