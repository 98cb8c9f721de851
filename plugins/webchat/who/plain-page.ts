import type { Html } from 'sapa/plugin-api'
import type { Locale } from '../settings.ts'
import type { ChatTools } from '../tools.ts'
import type { ChatMessage, History } from '../wire.ts'

/** What stood in the form when it was sent. */
export interface Typed {
  clientId: string
  text: string
  name: string
  email: string
  phone: string
  consent: boolean
}

interface Shown {
  key: string
  locale: Locale
  timeZone: string
  history: History
  clientId: string
  wasSent: boolean
  /** Fields that have to be changed. */
  wrong: readonly string[]
  typed: Typed | null
}

type Words = (name: string, values?: Record<string, string>) => string

/** What was said so far, and the form for more. */
export function plainContent({ sapa }: Pick<ChatTools, 'sapa'>, shown: Shown): Html {
  const { html } = sapa
  const { key, locale, history, wasSent, wrong } = shown
  const { state, messages } = history
  const t: Words = (name, values) => sapa.t(locale, name, values)
  const promise = state.promise === '' ? '' : html`<p class="promise">${state.promise}</p>`
  const sent = wasSent ? html`<p class="note" role="status">${t('who.plain.sent')}</p>` : ''
  const problem =
    wrong.length > 0 ? html`<p class="note wrong" role="alert">${t('who.plain.wrong')}</p>` : ''
  const live = state.isFormOnly
    ? ''
    : html`<p class="live"><a href="/chat/${key}/panel">${t('who.plain.live')}</a></p>`
  const talk =
    messages.length === 0
      ? html`<p>${state.welcome}</p>`
      : html`<ol class="talk">
          ${messages.map(message => line(sapa.html, t, shown, message))}
        </ol>`
  return html`${promise}${sent}${problem}${talk}${form(sapa.html, t, shown)}${live}`
}

function line(
  html: ChatTools['sapa']['html'],
  t: Words,
  { locale, timeZone, history }: Shown,
  { from, author, text, files, choices = [], at }: ChatMessage
): Html {
  const time = new Intl.DateTimeFormat(locale === 'id' ? 'id-ID' : 'en-GB', {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone }
  } as Intl.DateTimeFormatOptions).format(at)
  const who = from === 'visitor' ? t('who.plain.you') : (author?.name ?? history.state.name)
  const names = [...files.map(({ name }) => name), ...choices.map(({ title }) => title)].map(
    name => html`<li>${name}</li>`
  )
  return html`<li class="${from === 'visitor' ? 'mine' : 'theirs'}">
    <p class="by">${who} <time datetime="${new Date(at).toISOString()}">${time}</time></p>
    <p class="text">${text}</p>
    ${
      names.length > 0
        ? html`<ul>
            ${names}
          </ul>`
        : ''
    }
  </li>`
}

function form(html: ChatTools['sapa']['html'], t: Words, shown: Shown): Html {
  const { key, history, clientId, typed, wrong } = shown
  const { preChat, consent, limits, privacyUrl } = history.state
  const fields = preChat.map(({ name, label, isRequired }) =>
    field(html, t, {
      ...{ name, label, isRequired, value: typed?.[name] ?? '', isWrong: wrong.includes(name) }
    })
  )
  const problem = wrong.includes('text')
    ? t('who.plain.empty')
    : wrong.includes('text_long')
      ? t('who.plain.long', { most: String(limits.textLength) })
      : ''
  return html`<form method="post" action="/chat/${key}">
    <input type="hidden" name="clientId" value="${clientId}" />
    ${fields}
    <label for="text">${t('who.plain.message')}</label>
    <textarea id="text" name="text" rows="6" required aria-describedby="text-problem">
${typed?.text ?? ''}</textarea>
    <p class="problem" id="text-problem">${problem}</p>
    ${consentLine(html, t, { consent, privacyUrl, isWrong: wrong.includes('consent') })}
    <button>${t('who.plain.send')}</button>
  </form>`
}

interface Field {
  name: 'name' | 'email' | 'phone'
  label: string
  isRequired: boolean
  value: string
  isWrong: boolean
}

const types = { name: 'text', email: 'email', phone: 'tel' }
const fills = { name: 'name', email: 'email', phone: 'tel' }

function field(
  html: ChatTools['sapa']['html'],
  t: Words,
  { name, label, isRequired, value, isWrong }: Field
): Html {
  const problem = isWrong ? t(`who.plain.bad.${name}`) : ''
  const text = isRequired ? label : t('who.plain.optional', { label })
  const start = html`<label for="${name}">${text}</label>`
  const end = html`<p class="problem" id="${name}-problem">${problem}</p>`
  return isRequired
    ? html`${start}<input
          id="${name}"
          name="${name}"
          type="${types[name]}"
          value="${value}"
          autocomplete="${fills[name]}"
          aria-describedby="${name}-problem"
          required
        />${end}`
    : html`${start}<input
          id="${name}"
          name="${name}"
          type="${types[name]}"
          value="${value}"
          autocomplete="${fills[name]}"
          aria-describedby="${name}-problem"
        />${end}`
}

function consentLine(
  html: ChatTools['sapa']['html'],
  t: Words,
  {
    consent,
    privacyUrl,
    isWrong
  }: Pick<History['state'], 'consent' | 'privacyUrl'> & { isWrong: boolean }
): Html | string {
  if (!consent) return ''
  const link = privacyUrl
    ? html` <a href="${privacyUrl}" rel="noopener noreferrer">${t('who.plain.privacy')}</a>`
    : ''
  const box = consent.isRequired
    ? html`<input type="checkbox" name="consent" value="1" required />`
    : html`<input type="checkbox" name="consent" value="1" />`
  const problem = isWrong ? html`<p class="problem">${t('who.plain.bad.consent')}</p>` : ''
  return html`<label class="consent">${box} <span>${consent.text}${link}</span></label
    >${problem}`
}
