import type { Html } from 'sapa/plugin-api'
import { fieldIn, type Fallbacks } from './fallback.ts'
import type { Drawing } from './field.ts'
import type { Typed } from './values.ts'

/**
 * The panel as visitors see it. Drawn from what is stored; the page's script keeps it at what is typed.
 * Light or dark, open or closed and the language are chosen by radio buttons alone, without a script.
 */
export function drawPreview(draw: Drawing, values: Typed, fallbacks: Fallbacks): Html {
  const { html, t, locale } = draw
  const language =
    values['language'] === 'en' || values['language'] === 'id' ? values['language'] : locale
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
    ${panel(draw, values, fallbacks)}
    <p class="plugin-webchat__stage plugin-webchat__stage--${values['side'] ?? 'right'}">
      <span class="plugin-webchat__bubble">${both(draw, values, fallbacks, 'greeting')}</span>
      <span class="plugin-webchat__launcher">${both(draw, values, fallbacks, 'label')}</span>
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

function panel(draw: Drawing, values: Typed, fallbacks: Fallbacks): Html {
  const { html, t } = draw
  const name = values['title'] || fallbacks['title'] || ''
  return html`<div class="plugin-webchat__panel">
    <div class="plugin-webchat__head">
      <b class="plugin-webchat__v-title">${name}</b>
      <small class="plugin-webchat__when-open">${both(draw, values, fallbacks, 'promise')}</small>
      <small class="plugin-webchat__when-closed">${both(draw, values, fallbacks, 'away')}</small>
    </div>
    <div class="plugin-webchat__log">
      <p class="plugin-webchat__said">${both(draw, values, fallbacks, 'welcome')}</p>
      <p class="plugin-webchat__said plugin-webchat__said--own">${t('rooms.preview.question')}</p>
      <p class="plugin-webchat__said">${t('rooms.preview.answer')}</p>
    </div>
    <p class="plugin-webchat__write">
      <span>${t('rooms.preview.write')}</span><span class="plugin-webchat__send"></span>
    </p>
    <p
      class="plugin-webchat__foot plugin-webchat__v-showsPoweredBy"
      ${values['showsPoweredBy'] === 'true' ? null : html`hidden`}
    >
      ${t('rooms.preview.powered')}
    </p>
  </div>`
}

/** Both languages, of which one is shown. */
function both(draw: Drawing, values: Typed, fallbacks: Fallbacks, field: string): Html {
  const { html } = draw
  const one = (locale: 'en' | 'id') => {
    const name = fieldIn(field, locale)
    return html`<span
      class="plugin-webchat__in-${locale} plugin-webchat__v-${name}"
      lang="${locale}"
      >${values[name] || fallbacks[name] || ''}</span
    >`
  }
  return html`${one('id')}${one('en')}`
}
