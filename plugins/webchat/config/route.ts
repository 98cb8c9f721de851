import type { PluginReply } from 'sapa/plugin-api'
import type { Asked } from '../chat-route.ts'
import { Refusal } from '../refusal.ts'
import type { ChatTools } from '../tools.ts'
import type { WidgetConfig } from '../wire.ts'
import { colorsFor } from './colors.ts'
import { isAllowed } from './origin.ts'

/** `GET config`: for the loader, on allowed sites. */
export async function getConfig(tools: ChatTools, asked: Asked): Promise<PluginReply> {
  const { headers } = asked.request
  const { origins } = asked.widget.settings
  const business = await tools.sapa.business()
  // Sapa's own pages send no origin with a GET.
  const isOwn =
    headers['origin'] === undefined
      ? headers['sec-fetch-site'] === 'same-origin'
      : headers['origin'] === business.publicUrl
  if (!isOwn && !isAllowed(origins, headers['origin'])) throw new Refusal('origin')
  const { account } = asked.widget
  if (!isOwn) await tools.sightings.note(account.facts.id, headers['origin'], tools.clock())
  return {
    headers: {
      'access-control-allow-origin': headers['origin'] ?? '*',
      'cross-origin-resource-policy': 'cross-origin',
      ...{ vary: 'Origin, Accept-Language', 'cache-control': 'public, max-age=30' }
    },
    body: configOf(tools, asked, business)
  }
}

/** Also for the page to try it and for the owner's preview. */
function configOf(
  { sapa }: ChatTools,
  { widget, locale }: Asked,
  business: { name: string; publicUrl: string }
): WidgetConfig {
  const { key, settings } = widget
  const { launcher, greeting, rules } = settings
  const name = settings.title || business.name
  // The loader fills in the count.
  const t = (word: string) => sapa.t(locale, word, { name, count: '{count}' })
  return {
    ...{ key, locale, name, rules, scheme: settings.scheme, colors: colorsFor(settings) },
    panelUrl: `${business.publicUrl}/chat/${key}/panel`,
    launcher: { ...launcher, label: launcher.label[locale] || t('loader.label') },
    greeting: { text: greeting.text[locale], afterSeconds: greeting.afterSeconds },
    ...{ isFormOnly: settings.isFormOnly, tracksPages: settings.tracksPages },
    words: {
      ...{ open: t('loader.open'), close: t('loader.close'), unread: t('loader.unread') },
      ...{ newMessage: t('loader.newMessage'), frame: t('loader.frame') }
    }
  }
}
