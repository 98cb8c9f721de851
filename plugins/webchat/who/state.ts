import type { Locale } from '../settings.ts'
import type { ChatTools } from '../tools.ts'
import type { PanelState } from '../wire.ts'
import type { Visitor } from '../table.ts'
import type { Widget } from '../widget.ts'
import { presenceOf } from './presence.ts'
import { promiseOf } from './promise.ts'
import { ratingState } from './rating.ts'

type WhoState = Pick<
  PanelState,
  'promise' | 'isOpen' | 'opensAt' | 'preChat' | 'consent' | 'offers' | 'rating' | 'email'
>

/** What the panel is told of hours, of the form before the chat and of what is known of the visitor. */
export async function whoState(
  tools: ChatTools,
  { settings }: Widget,
  visitor: Visitor | null,
  locale: Locale,
  now: Date
): Promise<WhoState> {
  const { timeZone } = await tools.sapa.business()
  const presence = presenceOf(settings, timeZone, now)
  const usual = settings.promise[locale]
  const t = (key: string, values?: Record<string, string>) => tools.sapa.t(locale, key, values)
  const promise = promiseOf(presence, { locale, timeZone, usual }, t, now.getTime())
  const away = presence.isOpen ? '' : settings.away[locale]
  const text = settings.consent.text[locale]
  const { isRequired } = settings.consent
  const isEmailProven = visitor?.is_email_proven === 1
  const email = visitor?.email
  return {
    ...presence,
    promise: [promise, away].filter(part => part !== '').join(' '),
    preChat: visitor?.user_id ? [] : preChatOf(settings.preChat, visitor, t),
    consent: text === '' || visitor?.consent_at ? null : { text, isRequired },
    offers: {
      email: settings.offers.email && !isEmailProven,
      elsewhere: settings.offers.elsewhere && visitor !== null
    },
    rating: settings.asksRating
      ? await ratingState(tools.db, visitor, now)
      : { isAsked: false, stars: null },
    email: email ? { value: email, isConfirmed: isEmailProven } : null
  }
}

/** What is known need not be asked again. */
function preChatOf(
  asked: Widget['settings']['preChat'],
  visitor: Visitor | null,
  t: (key: string) => string
): PanelState['preChat'] {
  const labels = { name: t('who.name'), email: t('who.email'), phone: t('who.phone') }
  return (['name', 'email', 'phone'] as const)
    .filter(name => asked[name] !== 'off' && !visitor?.[name])
    .map(name => ({ name, label: labels[name], isRequired: asked[name] === 'required' }))
}
