import type { Asked } from '../chat-route.ts'
import { colorsFor } from '../config/colors.ts'
import type { Locale } from '../settings.ts'
import type { ChatDb, Visitor } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import { whoState } from '../who/state.ts'
import type { Widget } from '../widget.ts'
import type { PanelState } from '../wire.ts'
import { textLength } from './text.ts'

/** What the panel draws besides the messages. */
export function panelState(
  tools: ChatTools,
  { widget, holder, locale, now }: Pick<Asked, 'widget' | 'holder' | 'locale' | 'now'>
): Promise<PanelState> {
  return stateOf(tools, widget, holder?.visitor ?? null, locale, now)
}

/** The same for a visitor who has asked for nothing just now. */
export async function stateOf(
  tools: ChatTools,
  widget: Widget,
  visitor: Visitor | null,
  locale: Locale,
  now: Date
): Promise<PanelState> {
  const { settings, account } = widget
  const { files } = settings
  return {
    ...(await whoState(tools, widget, visitor, locale, now)),
    name: settings.title || (await tools.sapa.business()).name,
    colors: colorsFor(settings),
    ...{ scheme: settings.scheme, locale },
    welcome: settings.welcome[locale] || tools.sapa.t(locale, 'panel.welcome'),
    isFormOnly: settings.isFormOnly,
    agents: await listAgents(tools.db, account.facts.id),
    privacyUrl: settings.privacyUrl || null,
    hasFiles: files.isAllowed && !settings.isFormOnly,
    hasSound: settings.hasSound,
    showsPoweredBy: settings.showsPoweredBy,
    limits: { textLength, fileBytes: files.maxBytes, filesPerMessage: files.perMessage }
  }
}

/** Who has answered here lately. */
async function listAgents(db: ChatDb, accountId: number): Promise<{ name: string }[]> {
  const rows = await db
    .selectFrom('webchat_message')
    .select('author_name')
    .where('account_id', '=', accountId)
    .where('author', '=', 'agent')
    .orderBy('seq', 'desc')
    .limit(30)
    .execute()
  const names = new Set(rows.flatMap(({ author_name: name }) => (name === null ? [] : [name])))
  return [...names].slice(0, 3).map(name => ({ name }))
}
