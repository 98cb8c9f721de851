import type { RawRequest, WebhookVerdict } from 'sapa/plugin-api'

/** Cheap and synchronous: who is it, and which items does it carry? Sapa keeps them, then answers. */
export function verdict(request: RawRequest, key: string): WebhookVerdict {
  if (!isSame(request.headers['x-key'] ?? '', key)) return { refuse: 401 }
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

/** Takes as long for a near miss as for a wild guess. */
function isSame(given: string, key: string): boolean {
  let difference = given.length ^ key.length
  for (let at = 0; at < given.length; at++) {
    difference |= given.charCodeAt(at) ^ key.charCodeAt(at % key.length)
  }
  return key !== '' && difference === 0
}
