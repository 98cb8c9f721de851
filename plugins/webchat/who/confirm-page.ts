import type { Html, PluginReply, PluginRequest, PluginRoute } from 'sapa/plugin-api'
import { localeOf } from '../locale.ts'
import { stateOf } from '../talk/state.ts'
import { findVisitor } from '../talk/visitor.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'
import { confirm, findCode, type Code } from './confirm.ts'
import { visitorPage } from './page.ts'

/** Programs that read mails open every link, so opening it confirms nothing: a person presses the button. */
export function confirmRoutes(tools: ChatTools): PluginRoute[] {
  const route = (method: 'GET' | 'POST'): PluginRoute => ({
    ...{ method, path: '/chat/confirm/:code', access: 'public', mount: 'site' },
    rate: { max: 60, perMs: 60_000 },
    handle: request => answer(tools, request)
  })
  return [route('GET'), route('POST')]
}

async function answer(tools: ChatTools, request: PluginRequest): Promise<PluginReply> {
  const { sapa, db, clock } = tools
  const now = clock()
  const code = request.params['code'] ?? ''
  const found = await findCode(db, code, now)
  const widget = found && widgetOf(tools, found)
  const locale = await localeOf(tools, widget, request)
  const t = (name: string, values?: Record<string, string>) => sapa.t(locale, name, values)
  const show = (status: number, content: Html) =>
    visitorPage(
      tools,
      widget ?? { key: '' },
      { title: t('who.confirm.title'), locale, status },
      content
    )
  if (!found) return show(404, sapa.html`<p>${t('who.confirm.gone')}</p>`)
  if (!widget) return show(503, sapa.html`<p>${t('who.confirm.later')}</p>`)
  const { email } = found
  if (request.method === 'POST') {
    await confirm(db, widget, code, found, now)
    await tellPanels(tools, widget, found.visitor.id)
  }
  if (request.method === 'POST' || found.isUsed) {
    return show(200, sapa.html`<p role="status">${t('who.confirm.done', { email })}</p>`)
  }
  const business = (await sapa.business()).name
  const form = sapa.html`<p>${t('who.confirm.ask', { email, business })}</p>
    <p>${t('who.confirm.warn')}</p>
    <form method="post"><button>${t('who.confirm.button')}</button></form>`
  return show(200, form)
}

/** The panels of a visitor learn what has become of them. */
export async function tellPanels(
  tools: ChatTools,
  widget: Widget,
  visitorId: number
): Promise<void> {
  const { db, streams, sapa, clock } = tools
  if (!streams.isHere(visitorId)) return
  const visitor = await findVisitor(db, visitorId)
  const { locale } = await sapa.business()
  const spoken = (visitor.locale ?? locale) === 'en' ? 'en' : 'id'
  streams.tell(visitorId, {
    type: 'state',
    state: await stateOf(tools, widget, visitor, spoken, clock())
  })
}

/** Null while its line is closed. */
export const widgetOf = (
  { widgets }: Pick<ChatTools, 'widgets'>,
  { visitor }: Pick<Code, 'visitor'>
): Widget | null =>
  [...widgets.values()].find(({ account }) => account.facts.id === visitor.account_id) ?? null
