import type { PluginReply } from 'sapa/plugin-api'
import type { Asked } from '../chat-route.ts'
import type { ChatTools } from '../tools.ts'
import { built } from './files.ts'
import { escape, pageReply } from './html.ts'
import { machine, wares } from './ware.ts'

/** `GET try`: a shop's page that there is not, with the widget on it as on a real one. */
export async function getTry({ sapa }: ChatTools, { widget, locale }: Asked): Promise<PluginReply> {
  const name = escape(widget.settings.title || (await sapa.business()).name)
  const t = (word: string) => escape(sapa.t(locale, word))
  const more = wares.map(
    ([word, price, drawing]) =>
      `<li><span class="picture">${drawing}</span><b>${t(`try.${word}`)}</b><span>${price}</span></li>`
  )
  const body = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${t('try.title')} · ${name}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../assets/${built().shopStyle}">
<script async src="../../widget.js" data-key="${escape(widget.key)}"></script>
</head>
<body>
<p class="notice">${t('try.notice')} <a href="../../">${t('try.inbox')}</a></p>
<header><b>${name}</b><nav aria-label="${t('try.shop')}"><span>${t('try.kitchen')}</span><span>${t('try.laundry')}</span><span>${t('try.cooling')}</span><span>${t('try.repair')}</span></nav></header>
<main>
<p class="path">${t('try.path')}</p>
<div class="ware">
<span class="picture">${machine}</span>
<div>
<h1>${t('try.title')}</h1>
<p class="price">Rp 4.899.000</p>
<p>${t('try.instalment')}</p>
<ul><li>${t('try.warranty')}</li><li>${t('try.delivery')}</li><li>${t('try.stock')}</li></ul>
<p class="buy"><span>${t('try.buy')}</span><span>${t('try.cart')}</span></p>
</div>
</div>
<ul class="more">${more.join('')}</ul>
<noscript><p><a href="../${escape(widget.key)}">${t('try.noScript')}</a></p></noscript>
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
