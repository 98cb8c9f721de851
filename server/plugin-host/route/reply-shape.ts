import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { PluginReply } from '../../plugin-api/plugin.ts'
import { PageBody } from '../page/body.ts'
import { WrongShape } from '../slot/clean.ts'
import { StreamBody, type Streaming } from '../stream/body.ts'
import { Markup } from '../slot/markup.ts'
import { sessionCookie } from '../../web/session.ts'

/** Lets the plugin's function begin a stream, as the plugin. */
type StreamingOf = (begin: NonNullable<PluginReply['events']>) => Streaming

const largestBody = 64 * 1024 * 1024

/**
 * What a route has answered, as it can be sent. Within the call, so that a wrong answer counts as a
 * fault of the plugin and not as one of Sapa. Throws WrongShape.
 */
export function readReply(given: unknown, streamingOf?: StreamingOf): PluginReply {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new WrongShape('a route answers an object, such as { body: … }')
  }
  const { status, headers, redirect, body, events } = given as PluginReply
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw new WrongShape(`the status of a reply is a number from 200 to 599`)
  }
  const named = headers === undefined ? {} : headersOf(headers)
  if (redirect !== undefined) checkHeader('location', redirect)
  return {
    ...(status !== undefined && { status }),
    ...(redirect !== undefined && { redirect }),
    ...(events === undefined
      ? bodyOf(body, named)
      : streamOf(given as PluginReply, named, streamingOf))
  }
}

function streamOf(
  given: PluginReply,
  headers: Record<string, string>,
  streamingOf?: StreamingOf
): PluginReply {
  if (typeof given.events !== 'function') throw new WrongShape('events is a function')
  if (!streamingOf) throw new WrongShape('a page cannot answer a stream')
  return { headers, body: new StreamBody(streamingOf(stream => given.events?.(stream))) }
}

function headersOf(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) {
    throw new WrongShape('the headers of a reply are an object')
  }
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value)
  return headers as Record<string, string>
}

/** How bytes travel is between Sapa and the browser: a wrong word makes it read one answer as another. */
const ours = /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i

function checkHeader(name: string, value: unknown): void {
  if (ours.test(name)) throw new WrongShape(`the header ${name} is not for plugins`)
  if (/^set-cookie$/i.test(name) && String(value).trimStart().startsWith(`${sessionCookie}=`)) {
    throw new WrongShape(`the cookie ${sessionCookie} is not for plugins`)
  }
  try {
    if (typeof value !== 'string') throw new TypeError('no text')
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch {
    throw new WrongShape(`the header ${name.slice(0, 100)} of a reply cannot be sent`)
  }
}

/** JSON is made here: what cannot become JSON throws. */
function bodyOf(body: unknown, headers: Record<string, string>): PluginReply {
  if (body === undefined || body instanceof Markup || body instanceof PageBody) {
    return { headers, ...(body !== undefined && { body }) }
  }
  const isPlain = typeof body === 'string' || body instanceof Uint8Array
  const sent = isPlain ? body : jsonOf(body)
  if (sent.length > largestBody) throw new WrongShape('the body of a reply is larger than 64 MB')
  const isNamed = Object.keys(headers).some(name => name.toLowerCase() === 'content-type')
  if (isPlain || isNamed) return { headers, body: sent }
  return { headers: { ...headers, 'content-type': 'application/json; charset=utf-8' }, body: sent }
}

function jsonOf(body: unknown): string {
  const isObject = typeof body === 'object' && body !== null
  const text = isObject ? (JSON.stringify(body) as string | undefined) : undefined
  if (text === undefined) throw new WrongShape('the body of a reply is a text, bytes or an object')
  return text
}
