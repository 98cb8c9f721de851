import { createHmac } from 'node:crypto'

export interface ClientRef {
  conversation: number
  message: number
  /** Which request of the message, counted from 1. */
  step: number
  proof: string
}

/**
 * The name of one of our messages that comes back in replies and receipts; only we can make it.
 * What did not fit into one request has further steps with names of their own: `c1042.m7.3f9a…-s2`.
 */
export function clientRef(
  conversationId: number,
  replyToken: string,
  messageId: number,
  step = 1
): string {
  const name = `c${conversationId}.m${messageId}.${refProof(replyToken, messageId, step)}`
  return step === 1 ? name : `${name}-s${step}`
}

/** First 16 hex digits of HMAC-SHA256(reply token, `m<message>`), of a further step `m<message>.s<step>`. */
export function refProof(replyToken: string, messageId: number, step = 1): string {
  const what = step === 1 ? `m${messageId}` : `m${messageId}.s${step}`
  return createHmac('sha256', replyToken).update(what).digest('hex').slice(0, 16)
}

/** Reads exactly the form that `clientRef` writes; nothing older, nothing similar. */
export function readClientRef(text: string): ClientRef | null {
  const match =
    /^c([1-9]\d{0,14})\.m([1-9]\d{0,14})\.([0-9a-f]{16})(?:-s([2-9]|[1-9]\d{1,2}))?$/.exec(text)
  if (!match?.[1] || !match[2] || !match[3]) return null
  return {
    conversation: Number(match[1]),
    message: Number(match[2]),
    step: Number(match[4] ?? 1),
    proof: match[3]
  }
}
