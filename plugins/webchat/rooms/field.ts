import type { Html, SapaContext, SettingsField } from 'sapa/plugin-api'

/** How fields are drawn for one reader. */
export interface Drawing {
  html: SapaContext['html']
  locale: 'en' | 'id'
  t(key: string, values?: Record<string, string | number>): string
  /** As visitors read it. */
  say(locale: 'en' | 'id', key: string, values: Record<string, string>): string
}

export interface Shown {
  name: string
  field: SettingsField
  value: string
  error: string | undefined
  /** What stands there while it is empty. */
  placeholder?: string
}

/** A field of the widget with its label, its hint and what is wrong with it. */
export function drawField(draw: Drawing, shown: Shown): Html {
  const { html, locale } = draw
  const { name, field, error } = shown
  if (field.type === 'switch') return drawSwitch(draw, shown)
  if (field.type === 'select' && name === 'side') return drawChoice(draw, shown)
  return html`<div class="field">
    <label class="field__label" for="${name}">${field.label[locale]}</label>
    ${control(draw, shown)} ${hintOf(draw, shown)} ${errorOf(draw, name, error)}
  </div>`
}

export function errorOf({ html }: Drawing, name: string, error: string | undefined): Html | null {
  return error ? html`<span class="field__error" id="${name}-error">${error}</span>` : null
}

/** Which texts belong to the control, and whether it is wrong. */
export function notes({ html }: Drawing, { name, field, error }: Shown): Html {
  const ids = [field.hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ')
  return html`aria-describedby="${ids}" ${error ? html`aria-invalid="true"` : null}`
}

export function hintOf({ html, locale }: Drawing, { name, field }: Shown): Html | null {
  if (!field.hint) return null
  return html`<span class="field__hint" id="${name}-hint">${field.hint[locale]}</span>`
}

function control(draw: Drawing, shown: Shown): Html {
  const { html, locale } = draw
  const { name, field, value, placeholder = '' } = shown
  if (field.type === 'select') {
    const options = (field.options ?? []).map(
      one =>
        html`<option value="${one.value}" ${one.value === value ? html`selected` : null}>
          ${one.label[locale]}
        </option>`
    )
    return html`<span class="select">
      <select class="input" id="${name}" name="${name}" ${notes(draw, shown)}>
        ${options}
      </select>
    </span>`
  }
  if (field.type === 'textarea' || field.type === 'list') {
    return html`<textarea
      class="input input--area"
      id="${name}"
      name="${name}"
      rows="3"
      placeholder="${placeholder}"
      ${notes(draw, shown)}
    >
${value}</textarea>`
  }
  const mode = field.type === 'number' ? 'numeric' : field.type === 'url' ? 'url' : 'text'
  return html`<input
    class="input"
    id="${name}"
    name="${name}"
    inputmode="${mode}"
    value="${value}"
    placeholder="${placeholder}"
    autocomplete="off"
    ${notes(draw, shown)}
  />`
}

function drawSwitch(draw: Drawing, shown: Shown): Html {
  const { html, locale } = draw
  const { name, field, value } = shown
  const hint = field.hint ? html`<small id="${name}-hint">${field.hint[locale]}</small>` : null
  return html`<label class="switch-row">
    <input
      type="checkbox"
      class="switch"
      id="${name}"
      name="${name}"
      value="true"
      ${value === 'true' ? html`checked` : null}
      ${notes(draw, shown)}
    />
    <span>${field.label[locale]}${hint}</span>
  </label>`
}

function drawChoice(draw: Drawing, { name, field, value, error }: Shown): Html {
  const { html, locale } = draw
  const choices = (field.options ?? []).map(
    one =>
      html`<label>
        <input
          type="radio"
          name="${name}"
          value="${one.value}"
          ${one.value === value ? html`checked` : null}
        />
        ${one.label[locale]}
      </label>`
  )
  return html`<fieldset class="field plugin-webchat__choice">
    <legend class="field__label">${field.label[locale]}</legend>
    <div class="segments">${choices}</div>
    ${errorOf(draw, name, error)}
  </fieldset>`
}
