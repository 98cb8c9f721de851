import type { Translator } from '../../i18n/words.ts'
import { escapeHtml, SafeHtml } from '../../web/html.ts'
import { whyText } from '../boot/why.ts'
import type { PluginEntry } from '../host.ts'

export interface RecoveryFacts {
  isSafe: boolean
  notice: string | null
  now: Date
}

/** All plugins with how they are and what can be done. Needs no view, no layout and no plugin. */
export function recoveryPage(
  plugins: PluginEntry[],
  { isSafe, notice, now }: RecoveryFacts,
  words: Translator
): string {
  const { t } = words
  const rows = plugins
    .toSorted((a, b) => urgency(a) - urgency(b))
    .map(plugin => rowOf(plugin, words, now))
  const whole = isSafe
    ? button(t('recovery.normal'), 'normal')
    : [button(t('recovery.normal'), 'normal'), button(t('recovery.safe'), 'safe')]
  return frame(
    words,
    markup`${notice ? markup`<p class="notice" role="status">${notice}</p>` : ''}
<p>${t(isSafe ? 'recovery.lead_safe' : 'recovery.lead')}</p>
<div class="whole">${whole}</div>
<ul>${rows}</ul>
<p><a href="/">${t('recovery.home')}</a></p>`
  )
}

/** A link is used by pressing a button: programs that look into mails only open it. */
export function enterPage(token: string, words: Translator): string {
  const { t } = words
  return frame(
    words,
    markup`<p>${t('recovery.enter_lead')}</p>
<form method="post" action="/recovery/session"><input type="hidden" name="token" value="${token}"><button>${t('recovery.enter')}</button></form>`
  )
}

/** Why nobody gets in, and how to. */
export function closedPage(reason: string, words: Translator): string {
  const { t } = words
  return frame(
    words,
    markup`<p class="notice" role="alert">${reason}</p>
<p>${t('recovery.how')}</p><pre>npx sapa recovery-link</pre><p><a href="/">${t('recovery.home')}</a></p>`
  )
}

/** What brought somebody here stands first, what is off anyway last. */
function urgency({ state, isActive }: PluginEntry): number {
  if (state === 'active') return 1
  return isActive ? 0 : 2
}

function rowOf(plugin: PluginEntry, words: Translator, now: Date): SafeHtml {
  const { t } = words
  const { id, version, state, isActive, previous, manifest, quarantine, reason } = plugin
  const title = manifest?.title[words.locale === 'en' ? 'en' : 'id'] ?? id
  const why = quarantine ? whyText(quarantine, words, now) : null
  const isOff = state !== 'active'
  return markup`<li><h2>${title} <small>${id} ${version}</small></h2>
<p><b class="${state}">${t(`plugins.state.${state}`)}</b> ${why ?? ''}</p>
${reason ? markup`<pre>${reason}</pre>` : ''}
<form method="post" action="/recovery/changes"><input type="hidden" name="plugin" value="${id}">${[
    isActive ? button(t('recovery.off'), 'off') : '',
    isOff ? button(t(isActive ? 'recovery.again' : 'recovery.on'), 'again') : '',
    previous ? button(t('recovery.rollback', { version: previous }), 'rollback') : ''
  ]}</form></li>`
}

/** Inside a plugin's form, or alone for all plugins. */
function button(label: string, change: string): SafeHtml {
  const one = markup`<button name="change" value="${change}">${label}</button>`
  const isForAll = change === 'normal' || change === 'safe'
  return isForAll ? markup`<form method="post" action="/recovery/changes">${one}</form>` : one
}

function frame(words: Translator, body: SafeHtml): string {
  const title = words.t('recovery.title')
  return markup`<!doctype html>
<html lang="${words.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><link rel="stylesheet" href="/recovery/style.css"></head>
<body><main><h1>${title}</h1>
${body}</main></body></html>`.html
}

/** Everything that is filled in is escaped, but for what was made here. */
function markup(parts: TemplateStringsArray, ...holes: unknown[]): SafeHtml {
  const filled = holes.map(hole => [hole].flat().map(escapeHtml).join(''))
  return new SafeHtml(parts.map((part, index) => part + (filled[index] ?? '')).join(''))
}

export const recoveryStyle = `:root{color-scheme:light dark}
body{margin:0;font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-width:720px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:24px}h2{font-size:17px;margin:0}small{font-weight:400;opacity:.75}
ul{list-style:none;padding:0}li{padding:14px 0;border-top:1px solid GrayText}
p{margin:6px 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px;margin:6px 0}
form{display:inline-flex;flex-wrap:wrap;gap:8px;margin:6px 8px 0 0}
button{font:inherit;min-height:40px;padding:6px 14px;border:1px solid GrayText;border-radius:7px;background:ButtonFace;color:ButtonText;cursor:pointer}
.notice{padding:10px 12px;border:1px solid GrayText;border-radius:7px}
.quarantined,.broken{color:light-dark(#b42318,#ff8f85)}.active{color:light-dark(#17703c,#66c98a)}
`
