import type { Html } from 'sapa/plugin-api'
import { fieldIn, type Fallbacks } from './fallback.ts'
import type { Drawing } from './field.ts'
import type { Tab } from './tabs.ts'
import type { Typed } from './values.ts'

/** What the preview shows. */
interface Shown {
  tab: Tab
  values: Typed
  fallbacks: Fallbacks
}

/**
 * The panel as visitors see it. Drawn from what is stored; the page's script keeps it at what is typed.
 * Light or dark, open or closed and the language are chosen by radio buttons alone, without a script.
 */
export function drawPreview(draw: Drawing, shown: Shown): Html {
  const { html, t, locale } = draw
  const { values } = shown
  const wanted = values['language']
  const language = wanted === 'en' || wanted === 'id' ? wanted : locale
  const isDark = values['scheme'] === 'dark'
  return html`<aside class="plugin-webchat__preview" aria-label="${t('rooms.preview')}">
    <div class="plugin-webchat__switches">
      ${choice(draw, 'scheme', ['light', 'dark'], isDark ? 'dark' : 'light')}
      ${choice(draw, 'presence', ['open', 'closed'], 'open')}
      ${choice(draw, 'language', ['id', 'en'], language)}
    </div>
    ${['brand', 'brandDark'].map(
      name =>
        html`<input
          type="hidden"
          class="plugin-webchat__stored-${name}"
          value="${values[name] ?? ''}"
        />`
    )}
    ${drawPanel(draw, shown)}
    <p class="plugin-webchat__stage plugin-webchat__stage--${values['side'] ?? 'right'}">
      <span class="plugin-webchat__bubble">${own(draw, shown, 'greeting')}</span>
      <span class="plugin-webchat__launcher"></span>
    </p>
  </aside>`
}

function choice({ html, t }: Drawing, name: string, options: string[], chosen: string): Html {
  const one = (option: string) =>
    html`<label
      ><input
        type="radio"
        class="plugin-webchat__is-${option}"
        name="preview-${name}"
        value="${option}"
        ${option === chosen ? html`checked` : null}
      />${t(`rooms.preview.${option}`)}</label
    >`
  return html`<fieldset class="segments plugin-webchat__switch">
    <legend class="visually-hidden">${t(`rooms.preview.${name}`)}</legend>
    ${options.map(one)}
  </fieldset>`
}

function drawPanel(draw: Drawing, shown: Shown): Html {
  const { html, locale } = draw
  const { tab, values, fallbacks } = shown
  const time = locale === 'id' ? '09.00' : '09:00'
  return html`<div class="plugin-webchat__panel">
    <div class="plugin-webchat__head">
      <b class="plugin-webchat__v-title">${values['title'] || fallbacks['title'] || ''}</b>
      <small class="plugin-webchat__when-open">${own(draw, shown, 'promise')}</small>
      <small class="plugin-webchat__when-closed"
        >${said(draw, 'who.opensTomorrow', { time })} ${own(draw, shown, 'away')}</small
      >
    </div>
    ${tab === 'form' ? drawQuestions(draw, shown) : drawLog(draw, shown)}
    <p
      class="plugin-webchat__foot plugin-webchat__v-showsPoweredBy"
      ${values['showsPoweredBy'] === 'true' ? null : html`hidden="hidden"`}
    >
      ${said(draw, 'panel.poweredBy')}
    </p>
  </div>`
}

function drawLog(draw: Drawing, shown: Shown): Html {
  const { html } = draw
  return html`<div class="plugin-webchat__log">
      <p class="plugin-webchat__day">${said(draw, 'panel.today')}</p>
      <p class="plugin-webchat__who">${said(draw, 'panel.greeting')}</p>
      <p class="plugin-webchat__said">${own(draw, shown, 'welcome')}</p>
      <p class="plugin-webchat__said plugin-webchat__said--own">
        ${said(draw, 'rooms.preview.question')}
      </p>
      <p class="plugin-webchat__said">${said(draw, 'rooms.preview.answer')}</p>
    </div>
    <p class="plugin-webchat__write">
      <span class="plugin-webchat__field">${said(draw, 'panel.placeholder')}</span
      ><span
        class="plugin-webchat__clip plugin-webchat__v-hasFiles"
        ${shown.values['hasFiles'] === 'true' ? null : html`hidden="hidden"`}
      ></span
      ><span class="plugin-webchat__send"></span>
    </p>`
}

const questions = { askName: 'who.name', askEmail: 'who.email', askPhone: 'who.phone' }

/** What stands before the first message. */
function drawQuestions(draw: Drawing, shown: Shown): Html {
  const { html } = draw
  const { values } = shown
  const fields = Object.entries(questions).map(
    ([name, key]) =>
      html`<p
        class="plugin-webchat__question plugin-webchat__v-${name}"
        ${values[name] === 'off' ? html`hidden="hidden"` : null}
      >
        ${said(draw, key)}
      </p>`
  )
  return html`<div class="plugin-webchat__log">
    <p class="plugin-webchat__said">${own(draw, shown, 'welcome')}</p>
    ${fields}
    <p class="plugin-webchat__consent">${own(draw, shown, 'consent')}</p>
    <p class="plugin-webchat__said plugin-webchat__said--own">${said(draw, 'panel.start')}</p>
  </div>`
}

/** A text of the owner in both languages, of which one is shown. */
function own(draw: Drawing, { values, fallbacks }: Shown, field: string): Html {
  return both(draw, locale => {
    const name = fieldIn(field, locale)
    const text = values[name] || fallbacks[name] || ''
    return { text, name: `plugin-webchat__v-${name}` }
  })
}

/** A text of the panel itself. */
function said(draw: Drawing, key: string, values: Record<string, string> = {}): Html {
  return both(draw, locale => ({ text: draw.say(locale, key, values), name: '' }))
}

function both(
  { html }: Drawing,
  make: (locale: 'en' | 'id') => { text: string; name: string }
): Html {
  const one = (locale: 'en' | 'id') => {
    const { text, name } = make(locale)
    return html`<span class="plugin-webchat__in-${locale} ${name}" lang="${locale}">${text}</span>`
  }
  return html`${one('id')}${one('en')}`
}
