import { createHash, timingSafeEqual } from 'node:crypto'
import type { RawRequest, WebhookVerdict } from 'sapa/plugin-api'

/** Meta asks once whether the address is ours, and wants its own word back. */
export function shakeHands(request: RawRequest, verifyToken: string): WebhookVerdict {
  const { query } = request
  const isRight =
    query['hub.mode'] === 'subscribe' && isSame(query['hub.verify_token'] ?? '', verifyToken)
  if (!isRight) return { refuse: 403 }
  const body = (query['hub.challenge'] ?? '').slice(0, 1000)
  return { accept: [], reply: { status: 200, type: 'text/plain; charset=utf-8', body } }
}

/** Digests have one length, so that the time tells nothing of the token's. */
function isSame(given: string, wanted: string): boolean {
  if (wanted === '') return false
  const [a, b] = [given, wanted].map(text => createHash('sha256').update(text).digest())
  return timingSafeEqual(a as Buffer, b as Buffer)
}
