import type { Html } from 'sapa/plugin-api'
import type { Drawing } from './field.ts'
import { drawSignIn } from './install.ts'
import { keysOf, markOf, type KeyDeed } from './key.ts'
import type { Showing } from './page.ts'

/** The keys that sign sign-ins of the shop: made, changed and ended here. */
export function drawKeys(draw: Drawing, { account, keyNews }: Showing): Html {
  const { html, t } = draw
  const { current, before } = keysOf(account)
  const deed = (name: KeyDeed, label: string, look: string) =>
    html`<form method="post" action="/p/webchat/widget?account=${account.id}&tab=safety">
      <input type="hidden" name="seen" value="${markOf(current)}" />
      <button
        class="button ${look}"
        name="key"
        value="${name}"
        ${name === 'make' ? null : html`data-confirm="${t(`rooms.key.${name}.confirm`)}" data-confirm-verb="${label}"`}
      >
        ${label}
      </button>
    </form>`
  return html`<section class="card settings__section stack" id="keys">
    <header class="settings__section-head">
      <h2>${t('rooms.section.keys')}</h2>
      <p>${t('rooms.section.keys.text')}</p>
    </header>
    ${keyNews ? drawNews(draw, keyNews.made) : null}
    <p>${t(stateOf(current, before))}</p>
    <div class="cluster">
      ${deed('make', t(current ? 'rooms.key.renew' : 'rooms.key.make'), '')}
      ${before ? deed('end-old', t('rooms.key.end-old'), '') : null}
      ${current ? deed('end-all', t('rooms.key.end-all'), 'button--danger') : null}
    </div>
    ${drawSignIn(draw)}
  </section>`
}

function drawNews({ html, t }: Drawing, made: string | null): Html {
  if (made === null)
    return html`<p class="callout callout--warn" role="status">${t('rooms.key.again')}</p>`
  return html`<div class="callout callout--ok" role="status">
    <div class="stack">
      <p>${t('rooms.key.made')}</p>
      <p class="plugin-webchat__code-box">
        <code class="plugin-webchat__key">${made}</code>
        <button type="button" class="button button--small plugin-webchat__copy" hidden="hidden">
          <span data-label="${t('rooms.copied')}">${t('rooms.copy')}</span>
        </button>
      </p>
    </div>
  </div>`
}

function stateOf(current: string, before: string): string {
  if (current === '') return 'rooms.key.none'
  return before === '' ? 'rooms.key.one' : 'rooms.key.two'
}
