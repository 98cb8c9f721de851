import { createHmac } from 'node:crypto'

export interface ClientRef {
  conversation: number
  message: number
  proof: string
}

/** The name of one of our messages that comes back in replies and receipts; only we can make it. */
export function clientRef(conversationId: number, replyToken: string, messageId: number): string {
  return `c${conversationId}.m${messageId}.${refProof(replyToken, messageId)}`
}

/** First 16 hex digits of HMAC-SHA256(reply token, `m<message>`). */
export function refProof(replyToken: string, messageId: number): string {
  return createHmac('sha256', replyToken).update(`m${messageId}`).digest('hex').slice(0, 16)
}

/** Reads exactly the form that `clientRef` writes; nothing older, nothing similar. */
export function readClientRef(text: string): ClientRef | null {
  const match = /^c([1-9]\d{0,14})\.m([1-9]\d{0,14})\.([0-9a-f]{16})$/.exec(text)
  if (!match?.[1] || !match[2] || !match[3]) return null
  return { conversation: Number(match[1]), message: Number(match[2]), proof: match[3] }
}
