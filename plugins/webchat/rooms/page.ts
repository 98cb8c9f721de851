import type { Html, OwnAccount } from 'sapa/plugin-api'
import { accountForm } from '../form.ts'
import { drawColor } from './brand.ts'
import type { Fallbacks } from './fallback.ts'
import { drawField, type Drawing } from './field.ts'
import { drawInstall } from './install.ts'
import { drawKeys } from './key-section.ts'
import { drawPreview } from './preview.ts'
import type { Place } from './snippet.ts'
import { forms, isForm, tabs, type FormTab, type Row, type Section, type Tab } from './tabs.ts'
import type { Typed } from './values.ts'

/** What one showing of the page is about. */
export interface Showing {
  account: OwnAccount
  place: Place
  tab: Tab
  /** Stored, with what was typed over it. */
  values: Typed
  errors: Record<string, string>
  fallbacks: Fallbacks
  isSaved: boolean
  /** Which sites have shown it. */
  seen: { sites: string; time: string } | null
  /** A key that was made just now, or why none was. */
  keyNews: { made: string | null } | null
}

/** The page of a widget below its title. */
export function drawPage(draw: Drawing, showing: Showing): Html {
  const { html, t } = draw
  const { account, seen, tab } = showing
  const address = (to: Tab) => `/p/webchat/widget?account=${account.id}&tab=${to}`
  return html`<div class="plugin-webchat__page">
    <div class="plugin-webchat__top">
      <p class="page__lead">
        ${account.name} · ${seen ? t('rooms.seen', seen) : t('rooms.unseen')} ·
        <a class="link" href="/settings/accounts/${account.id}">${t('rooms.general')}</a> ·
        <a class="link" href="/settings/accounts">${t('rooms.channels')}</a>
      </p>
      ${
        tab === 'install'
          ? null
          : html`<a class="button" href="${address('install')}">${t('rooms.install.link')}</a>`
      }
    </div>
    <nav class="tabs" aria-label="${t('rooms.tabs')}">
      ${tabs.map(
        one =>
          html`<a
            class="tabs__item"
            href="${address(one)}"
            ${one === tab ? html`aria-current="page"` : null}
            >${t(`rooms.tab.${one}`)}</a
          >`
      )}
    </nav>
    <div class="plugin-webchat__columns">
      <div class="stack">
        ${isForm(tab) ? drawForm(draw, showing, tab) : drawInstall(draw, showing.place, account.id)}
        ${tab === 'safety' ? drawKeys(draw, showing) : null}
      </div>
      ${drawPreview(draw, showing)}
    </div>
  </div>`
}

function drawForm(draw: Drawing, showing: Showing, tab: FormTab): Html {
  const { html, t } = draw
  const { account, isSaved } = showing
  return html`<form
    class="stack plugin-webchat__form"
    method="post"
    action="/p/webchat/widget?account=${account.id}&tab=${tab}"
  >
    ${isSaved ? html`<p class="callout callout--ok" role="status">${t('rooms.saved')}</p>` : null}
    ${drawProblems(draw, showing)}
    ${forms[tab].map(
      (section: Section) =>
        html`<section class="card settings__section form">
          <header class="settings__section-head">
            <h2>${t(`rooms.section.${section.name}`)}</h2>
            <p>${t(`rooms.section.${section.name}.text`)}</p>
          </header>
          ${section.rows.map(row => drawRow(draw, showing, row))}
        </section>`
    )}
    <p class="plugin-webchat__save">
      <button class="button button--primary">${t('rooms.save')}</button>
    </p>
  </form>`
}

function drawProblems({ html, locale, t }: Drawing, { errors }: Showing): Html | null {
  const names = Object.keys(errors)
  if (names.length === 0) return null
  const links = names.map(
    name =>
      html`<li><a class="link" href="#${name}">${accountForm[name]?.label[locale] ?? name}</a></li>`
  )
  return html`<div class="callout callout--danger plugin-webchat__problems" role="status">
    <div>
      <p>${t('rooms.not_saved')}</p>
      <ul>
        ${links}
      </ul>
    </div>
  </div>`
}

function drawRow(draw: Drawing, showing: Showing, row: Row): Html {
  if (typeof row === 'string') return drawOne(draw, showing, row)
  const { html } = draw
  const several = row.map(name => drawOne(draw, showing, name))
  return html`<div class="plugin-webchat__row plugin-webchat__row--${row.length}">${several}</div>`
}

function drawOne(draw: Drawing, { values, errors, fallbacks }: Showing, name: string): Html {
  const field = accountForm[name]
  if (!field) throw new Error(`The widget has no field ${name}`)
  const shown = {
    ...{ name, field, value: values[name] ?? '', error: errors[name] },
    placeholder: fallbacks[name] ?? ''
  }
  const isColor = name === 'brand' || name === 'brandDark'
  const drawn = isColor ? drawColor(draw, shown) : drawField(draw, shown)
  const { when } = field
  if (!when) return drawn
  // The style sheet shows it while the other field says so, without a script.
  return draw.html`<div class="plugin-webchat__only-${when.field}">${drawn}</div>`
}
