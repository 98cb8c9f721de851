import type { Html, PluginReply } from 'sapa/plugin-api'
import { colorsFor } from '../config/colors.ts'
import type { Locale } from '../settings.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'

/** A page for visitors that needs no script; in the colours of the widget. */
export function visitorPage(
  { sapa }: Pick<ChatTools, 'sapa'>,
  { key }: Pick<Widget, 'key'>,
  { title, locale, status = 200 }: { title: string; locale: Locale; status?: number },
  content: Html
): PluginReply {
  const { html } = sapa
  return {
    status,
    headers: {
      ...{ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
      'x-robots-tag': 'noindex'
    },
    body: html`<!doctype html>
      <html lang="${locale}">
        <head>
          <meta charset="utf-8" />
          <title>${title}</title>
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          ${key === '' ? '' : html`<link rel="stylesheet" href="/chat/${key}/colors.css" />`}
          <link rel="stylesheet" href="/p/${sapa.id}/assets/${sapa.version}/plain.css" />
        </head>
        <body>
          <main>
            <h1>${title}</h1>
            ${content}
          </main>
        </body>
      </html>`
  }
}

/** The colours of one widget; a file, because pages may hold no styles of their own. */
export function colorSheet({ settings }: Pick<Widget, 'settings'>): PluginReply {
  const { light, dark } = colorsFor(settings)
  const rule = ({ brand, onBrand }: typeof light) =>
    `:root { --brand: ${brand}; --on-brand: ${onBrand} }`
  const byDevice = `${rule(light)}\n@media (prefers-color-scheme: dark) { ${rule(dark)} }`
  const { scheme } = settings
  const fixed = `${rule(scheme === 'dark' ? dark : light)}\n:root { color-scheme: ${scheme} }`
  return {
    headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=60' },
    body: scheme === 'auto' ? byDevice : fixed
  }
}
