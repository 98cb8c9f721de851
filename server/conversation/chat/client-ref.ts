import { createHmac } from 'node:crypto'
import { isSame } from '../../secret/same.ts'

export interface ClientRef {
  conversation: number
  /** A message, or its repeat by another channel. */
  of: 'message' | 'relay'
  id: number
  /** Which request of it, counted from 1. */
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
  return nameOf(conversationId, replyToken, `m${messageId}`, step)
}

/** The same for a relay: `c1042.r7.3f9a…`. */
export function relayRef(
  conversationId: number,
  replyToken: string,
  relayId: number,
  step = 1
): string {
  return nameOf(conversationId, replyToken, `r${relayId}`, step)
}

/** Whether whoever wrote this ref knew the conversation's token. */
export function isProven(ref: ClientRef, replyToken: string): boolean {
  const subject = `${ref.of === 'message' ? 'm' : 'r'}${ref.id}`
  return isSame(ref.proof, proofOf(replyToken, subject, ref.step))
}

function nameOf(conversationId: number, replyToken: string, subject: string, step: number): string {
  const name = `c${conversationId}.${subject}.${proofOf(replyToken, subject, step)}`
  return step === 1 ? name : `${name}-s${step}`
}

/** First 16 hex digits of HMAC-SHA256(reply token, `m<message>`), of a further step `m<message>.s<step>`. */
function proofOf(replyToken: string, subject: string, step: number): string {
  const what = step === 1 ? subject : `${subject}.s${step}`
  return createHmac('sha256', replyToken).update(what).digest('hex').slice(0, 16)
}

/** Reads exactly the form that `clientRef` and `relayRef` write; nothing older, nothing similar. */
export function readClientRef(text: string): ClientRef | null {
  const match =
    /^c([1-9]\d{0,14})\.([mr])([1-9]\d{0,14})\.([0-9a-f]{16})(?:-s([2-9]|[1-9]\d{1,2}))?$/.exec(
      text
    )
  if (!match?.[1] || !match[3] || !match[4]) return null
  return {
    conversation: Number(match[1]),
    of: match[2] === 'm' ? 'message' : 'relay',
    id: Number(match[3]),
    step: Number(match[5] ?? 1),
    proof: match[4]
  }
}
