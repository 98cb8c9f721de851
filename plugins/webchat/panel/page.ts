import type { PluginReply } from 'sapa/plugin-api'
import type { Asked } from '../chat-route.ts'
import { ancestorsOf } from '../config/origin.ts'
import type { ChatTools } from '../tools.ts'
import { built } from './files.ts'
import { escape, pageReply } from './html.ts'
import { panelWords, type PanelWord, type Start } from './words.ts'

/** `GET panel`: the page in the frame. All it says of the visitor comes later, with the token. */
export async function getPanel({ sapa }: ChatTools, asked: Asked): Promise<PluginReply> {
  const { widget, locale } = asked
  const { script, style, laterStyle, preload } = built()
  const name = widget.settings.title || (await sapa.business()).name
  const at = (file: string) => `../assets/${file}`
  // Blanks stay blanks: the panel fills them in.
  const blanks = { name: '{name}', email: '{email}', size: '{size}', count: '{count}' }
  const words = Object.fromEntries(
    panelWords.map(word => [word, sapa.t(locale, `panel.${word}`, blanks)])
  ) as Record<PanelWord, string>
  const start: Start = { key: widget.key, locale, words, laterStyle: at(laterStyle) }
  const title = sapa.t(locale, 'panel.chatWith', { name })
  const body = `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${at(style)}">
${preload.map(file => `<link rel="modulepreload" href="${at(file)}">`).join('\n')}
<script type="module" src="${at(script)}"></script>
<script type="application/json" id="start">${JSON.stringify(start).replaceAll('<', '\\u003c')}</script>
</head>
<body><noscript><a href="../${widget.key}">${escape(title)}</a></noscript></body>
</html>`
  return pageReply(body, {
    'default-src': "'none'",
    ...{ 'script-src': "'self'", 'style-src': "'self'", 'connect-src': "'self'" },
    ...{ 'img-src': 'data: blob:', 'base-uri': "'none'", 'form-action': "'none'" },
    'frame-ancestors': ancestorsOf(widget.settings.origins)
  })
}
