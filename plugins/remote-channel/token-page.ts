import type { PluginReply, PluginRequest, PluginRoute } from 'sapa/plugin-api'
import { listTokens, makeToken, withdrawTokens } from './token.ts'
import type { RemoteTools } from './tools.ts'

/** Where an admin makes the token of an account. It is shown once, right after it was made. */
export const tokenRoutes = (tools: RemoteTools): PluginRoute[] => [
  route('GET', '/tokens', request => show(tools, request, numberIn(request.query['account']))),
  route('POST', '/tokens', async request => {
    const id = numberIn(request.form?.['account'])
    if (!tools.open.has(id)) return show(tools, request, id)
    const token = await makeToken(tools.db, id, Date.now())
    return show(tools, request, id, token)
  }),
  route('POST', '/tokens/withdrawal', async request => {
    const id = numberIn(request.form?.['account'])
    const which = request.form?.['which'] === 'all' ? 'all' : 'old'
    if (tools.open.has(id)) await withdrawTokens(tools.db, id, which)
    return { redirect: `/p/${tools.sapa.id}/tokens?account=${id}`, status: 303 }
  })
]

const route = (
  method: PluginRoute['method'],
  path: string,
  handle: PluginRoute['handle']
): PluginRoute => ({ method, path, access: 'admin', handle })

async function show(
  tools: RemoteTools,
  request: PluginRequest,
  id: number,
  token?: string
): Promise<PluginReply> {
  const { sapa, db } = tools
  const locale = request.agent?.locale ?? 'en'
  const t = (key: string, values?: Record<string, string>) => escape(sapa.t(locale, key, values))
  const entry = tools.open.get(id)
  if (!entry) return page(tools, locale, 404, `<p>${t('token.noAccount')}</p>`)
  const known = await listTokens(db, id, Date.now())
  const rows = known.map(({ created_at, expires_at }) =>
    expires_at === null
      ? `<li>${t('token.current', { since: moment(created_at, locale) })}</li>`
      : `<li>${t('token.old', { until: moment(expires_at, locale) })}</li>`
  )
  const parts = [
    `<p>${t('token.about', { name: entry.settings.channelName })}</p>`,
    token ? shownOnce(t, token) : '',
    rows.length > 0 ? `<ul>${rows.join('')}</ul>` : `<p>${t('token.none')}</p>`,
    button(id, '', t(known.length > 0 ? 'token.renew' : 'token.make')),
    known.some(one => one.expires_at !== null) ? button(id, 'old', t('token.endOld')) : '',
    known.length > 0 ? button(id, 'all', t('token.endAll')) : '',
    `<p><a href="/settings/accounts/${id}">${t('token.back')}</a></p>`
  ]
  return page(tools, locale, 200, parts.join('\n'))
}

function shownOnce(t: (key: string) => string, token: string): string {
  return `<p class="made">${t('token.made')}<code>${escape(token)}</code></p>`
}

/** Which tokens it ends; none when it makes one. */
function button(id: number, which: '' | 'old' | 'all', label: string): string {
  const path = which === '' ? 'tokens' : 'tokens/withdrawal'
  return `<form method="post" action="/p/remote-channel/${path}">
<input type="hidden" name="account" value="${id}"><input type="hidden" name="which" value="${which}">
<button${which === '' ? '' : ' class="quiet"'}>${label}</button></form>`
}

function page({ sapa }: RemoteTools, locale: string, status: number, body: string): PluginReply {
  const title = escape(sapa.t(locale, 'token.title'))
  const css = `/p/${sapa.id}/assets/${sapa.version}/page.css`
  const html = `<!doctype html>
<html lang="${locale === 'id' ? 'id' : 'en'}"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${css}"></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>`
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }
  return { status, headers, body: html }
}

const moment = (at: number, locale: string) =>
  `${new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`

const numberIn = (value: unknown) =>
  typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : 0

const escape = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
