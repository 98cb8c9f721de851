import type { PluginReply } from 'sapa/plugin-api'
import type { Asked } from '../chat-route.ts'
import type { ChatTools } from '../tools.ts'
import { built } from './files.ts'
import { escape, pageReply } from './html.ts'
import { machine, wares } from './ware.ts'

/** `GET try`: a shop's page that there is not, with the widget on it as on a real one. */
export async function getTry({ sapa }: ChatTools, { widget, locale }: Asked): Promise<PluginReply> {
  const name = escape(widget.settings.title || (await sapa.business()).name)
  const t = (word: string) => escape(sapa.t(locale, `try.${word}`))
  const more = wares.map(
    ([word, price, drawing]) =>
      `<li><span class="picture">${drawing}</span><b>${t(word)}</b><span>${price}</span></li>`
  )
  const body = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${t('title')} · ${name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../assets/${built().shopStyle}">
<script async src="../../widget.js" data-key="${escape(widget.key)}"></script>
</head>
<body>
<p class="notice">${t('notice')} <a href="../../">${t('inbox')}</a></p>
<header><b>${name}</b><nav aria-label="${t('shop')}"><span>${t('kitchen')}</span><span>${t('laundry')}</span><span>${t('cooling')}</span><span>${t('repair')}</span></nav></header>
<main>
<p class="path">${t('path')}</p>
<div class="ware">
<span class="picture">${machine}</span>
<div>
<h1>${t('title')}</h1>
<p class="price">Rp 4.899.000</p>
<p>${t('instalment')}</p>
<ul><li>${t('warranty')}</li><li>${t('delivery')}</li><li>${t('stock')}</li></ul>
<p class="buy"><span>${t('buy')}</span><span>${t('cart')}</span></p>
</div>
</div>
<ul class="more">${more.join('')}</ul>
<noscript><p><a href="../${escape(widget.key)}">${t('noScript')}</a></p></noscript>
</main>
</body>
</html>`
  return pageReply(body, {
    'default-src': "'none'",
    ...{ 'script-src': "'self'", 'style-src': "'self'", 'img-src': 'data:' },
    ...{ 'connect-src': "'self'", 'frame-src': "'self'" },
    ...{ 'base-uri': "'none'", 'form-action': "'none'", 'frame-ancestors': "'none'" }
  })
}
