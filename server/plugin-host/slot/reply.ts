import type { PluginReply } from '../../plugin-api/plugin.ts'
import type { Request } from '../../web/app.ts'
import { cleaned } from './clean.ts'
import { Markup } from './markup.ts'

/**
 * Markup that a route answers, cleaned like a slot's: what `sapa.html` made, and everything that htmx
 * will put into a page of Sapa.
 */
export function cleanedReply(request: Request, plugin: string, given: PluginReply): PluginReply {
  const dirty = markupOf(request, given.body)
  if (dirty === null) return given
  const headers = { ...given.headers, 'content-type': 'text/html; charset=utf-8' }
  return { ...given, headers, body: cleaned(dirty, plugin, 'card') }
}

function markupOf(request: Request, body: PluginReply['body']): string | null {
  if (body instanceof Markup) return body.html
  if (!request.headers['hx-request']) return null
  if (body instanceof Uint8Array) return new TextDecoder().decode(body)
  return typeof body === 'string' ? body : null
}
