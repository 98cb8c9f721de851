import type { Html, SapaContext } from 'sapa/plugin-api'
import { colorsOf, contrast, readColor } from '../colour.ts'
import { errorOf, hintOf, notes, type Drawing, type Shown } from './field.ts'

const swatches = ['#b83a17', '#0a6a64', '#1f5fa8', '#6b4fc2', '#b32d78', '#33414b']

/** A colour by its code, or one of six that need no moving. The script shows the swatches. */
export function drawColor(draw: Drawing, shown: Shown): Html {
  const { html, locale, t } = draw
  const { name, field, value, error } = shown
  const buttons = swatches.map(
    (color, at) =>
      html`<button
        type="button"
        class="plugin-webchat__swatch plugin-webchat__swatch--${at + 1}"
        value="${color}"
        aria-label="${t('rooms.color', { color: color.toUpperCase() })}"
        aria-pressed="${color === value}"
      ></button>`
  )
  return html`<div class="field">
    <label class="field__label" for="${name}">${field.label[locale]}</label>
    <div class="plugin-webchat__colors">
      ${name === 'brand' ? html`<span class="plugin-webchat__swatches" hidden="hidden">${buttons}</span>` : null}
      <input
        class="input plugin-webchat__code"
        id="${name}"
        name="${name}"
        value="${value.toUpperCase()}"
        autocomplete="off"
        ${notes(draw, shown)}
      />
    </div>
    ${name === 'brand' ? contrastNote(draw, value) : null} ${hintOf(draw, shown)}
    ${errorOf(draw, name, error)}
  </div>`
}

const contrastNote = ({ html, t }: Drawing, value: string) =>
  html`<output class="plugin-webchat__contrast" id="contrast" for="brand"
    >${readColor(value) ? colorWords(t, value) : ''}</output
  >`

/** Whether text can be read on a colour, and what becomes of it where not. */
export function colorWords(t: Drawing['t'], color: string): string {
  const wanted = readColor(color)
  const { brand, onBrand } = colorsOf(color).light
  const ratio = contrast(brand, onBrand).toFixed(1)
  const text = t(onBrand === '#ffffff' ? 'rooms.color.white' : 'rooms.color.dark')
  const values = {
    text,
    ratio: t('rooms.color.ratio', {
      whole: ratio.split('.')[0] ?? '',
      part: ratio.split('.')[1] ?? ''
    })
  }
  if (wanted === brand) return t('rooms.color.readable', values)
  return t('rooms.color.nudged', { ...values, color: brand.toUpperCase() })
}

/** For the preview: what the server will make of colours that are being chosen. */
export function answerColors(
  sapa: SapaContext,
  locale: string,
  query: Record<string, string>
): object {
  const t: Drawing['t'] = (key, values) => sapa.t(locale, key, values)
  const brand = readColor(query['brand'] ?? '')
  if (!brand) return { colors: null, text: '' }
  const { light } = colorsOf(brand)
  const { dark } = colorsOf(readColor(query['dark'] ?? '') ?? brand)
  return { colors: { light, dark }, text: colorWords(t, brand) }
}
