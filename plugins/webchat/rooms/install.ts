import type { Html } from 'sapa/plugin-api'
import type { Drawing } from './field.ts'
import { identifyCall, signInExamples, type Language } from './sign-in.ts'
import { snippets, type Place } from './snippet.ts'

/** What an owner pastes where, with this widget's own address and key. */
export function drawInstall(draw: Drawing, place: Place, account: number): Html {
  const { html, t } = draw
  const [first, ...others] = snippets(place)
  const page = `${place.publicUrl}/chat/${place.key}`
  return html`<div class="stack">
    <section class="card settings__section">
      <header class="settings__section-head">
        <h2>${t('rooms.snippet.html')}</h2>
        <p>${t('rooms.snippet.html.text')}</p>
      </header>
      ${first ? drawCode(draw, first.name, first.code) : null}
      <dl class="facts">
        <dt>${t('rooms.install.try')}</dt>
        <dd><a class="link" href="/p/webchat/try?account=${account}">${page}/try</a></dd>
        <dt>${t('rooms.install.form')}</dt>
        <dd><code>${page}</code></dd>
        <dt>${t('rooms.install.key')}</dt>
        <dd><code>${place.key}</code></dd>
      </dl>
    </section>
    <section class="card settings__section">
      <header class="settings__section-head">
        <h2>${t('rooms.install.elsewhere')}</h2>
        <p>${t('rooms.install.elsewhere.text')}</p>
      </header>
      ${others.map(
        ({ name, code }) =>
          html`<details class="plugin-webchat__snippet">
            <summary>${t(`rooms.snippet.${name}`)}</summary>
            <p class="small muted">${t(`rooms.snippet.${name}.text`)}</p>
            ${drawCode(draw, name, code)}
          </details>`
      )}
    </section>
  </div>`
}

const languages: { language: Language; title: string }[] = [
  { language: 'php', title: 'PHP' },
  { language: 'node', title: 'Node.js' },
  { language: 'python', title: 'Python' }
]

/** How the shop's server says who is signed in. */
export function drawSignIn(draw: Drawing): Html {
  const { html, t } = draw
  return html`<div>
    ${languages.map(
      ({ language, title }) =>
        html`<details class="plugin-webchat__snippet">
          <summary>${title}</summary>
          ${drawCode(draw, language, signInExamples[language])}
        </details>`
    )}
    <details class="plugin-webchat__snippet">
      <summary>${t('rooms.sign.page')}</summary>
      <p class="small muted">${t('rooms.sign.page.text')}</p>
      ${drawCode(draw, 'identify', identifyCall)}
    </details>
  </div>`
}

/** The script adds a button that copies. */
function drawCode({ html, t }: Drawing, name: string, code: string): Html {
  return html`<div class="plugin-webchat__code-box">
    <pre class="plugin-webchat__code-text" id="code-${name}"><code>${code}</code></pre>
    <button type="button" class="button button--small plugin-webchat__copy" hidden="hidden">
      <span data-label="${t('rooms.copied')}">${t('rooms.copy')}</span>
    </button>
  </div>`
}
