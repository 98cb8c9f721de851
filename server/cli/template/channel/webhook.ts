import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RawRequest, WebhookVerdict } from 'sapa/plugin-api'

/** Cheap and synchronous: who is it, and which items does it carry? Sapa keeps them, then answers. */
export function verdict(request: RawRequest, key: string): WebhookVerdict {
  if (!isSigned(request, key)) return { refuse: 401 }
  const items = readList(new TextDecoder().decode(request.body))
  if (!items) return { refuse: 400 }
  const encoder = new TextEncoder()
  return {
    // The same thing has the same key, however often it comes.
    accept: items.map(item => ({ key: keyOf(item), body: encoder.encode(JSON.stringify(item)) }))
  }
}

function readList(text: string): unknown[] | null {
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list : null
  } catch {
    return null
  }
}

function keyOf(item: unknown): string {
  const { type, id } = Object(item) as { type?: unknown; id?: unknown }
  return typeof id === 'string' ? `${String(type)}:${id}` : JSON.stringify(item).slice(0, 200)
}

/** The provider signs the bytes of the body with the key that both know. */
function isSigned({ headers, body }: RawRequest, key: string): boolean {
  const right = createHmac('sha256', key).update(body).digest()
  const given = bytesOf(headers['x-signature'] ?? '')
  // Takes as long for a near miss as for a wild guess.
  return given.length === right.length && timingSafeEqual(given, right)
}

/** Of hex digits. */
function bytesOf(hex: string): Uint8Array {
  const pairs = /^[\da-f]{64}$/i.test(hex) ? (hex.match(/../g) ?? []) : []
  return Uint8Array.from(pairs, pair => Number.parseInt(pair, 16))
}
