import type { Reply, Request } from '../../web/app.ts'
import { Markup } from '../slot/markup.ts'
import { StreamBody } from '../stream/body.ts'
import type { Streams } from '../stream/streams.ts'
import type { Answered } from './answer.ts'

/** Sends what a route has answered. */
export function send(
  request: Request,
  reply: Reply,
  { given, stop }: Answered,
  streams: Streams
): unknown {
  for (const [name, value] of Object.entries(given.headers ?? {})) reply.header(name, value)
  if (given.redirect !== undefined) return reply.redirect(given.redirect, given.status ?? 302)
  const { body } = given
  if (body instanceof StreamBody) {
    if (request.method === 'HEAD') return reply.type('text/event-stream').send()
    return streams.open(reply, given.status ?? 200, stop, body.streaming)
  }
  reply.code(given.status ?? (body === undefined ? 204 : 200))
  if (body === undefined) return reply.send()
  if (body instanceof Uint8Array) return reply.send(Buffer.from(body))
  if (typeof body === 'string' && !reply.hasHeader('content-type')) {
    reply.type('text/plain; charset=utf-8')
  }
  return reply.send(body)
}

/**
 * The same on the site: what goes to other sites' pages is not put into one of Sapa, so nothing is cleaned,
 * and who may frame it is the plugin's to say.
 */
export function sendSite(
  request: Request,
  reply: Reply,
  { given, stop }: Answered,
  streams: Streams
): unknown {
  const { body } = given
  const headers = { ...given.headers }
  const isMarkup = body instanceof Markup
  if (isMarkup) headers['content-type'] = 'text/html; charset=utf-8'
  const framing = Object.entries(headers).some(
    ([name, value]) =>
      name.toLowerCase() === 'content-security-policy' && /frame-ancestors/i.test(value)
  )
  if (framing) reply.removeHeader('x-frame-options')
  const shown = { ...given, headers, ...(isMarkup && { body: body.html }) }
  return send(request, reply, { given: shown, stop }, streams)
}
