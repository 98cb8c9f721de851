import type { ThreadHints } from 'sapa/plugin-api'
import { all, first, type HeaderLine } from './head.ts'
import { plusPart, recipientsOf } from './recipient.ts'
import { numberIn } from './subject.ts'

const maxReferences = 50

/** What the mail says about where it belongs. Core decides what of it to believe. */
export function threadHints(
  head: HeaderLine[],
  subject: string,
  ownAddresses: string[]
): ThreadHints {
  const references = referencesOf(head)
  const clientRefs = references.flatMap(id => clientRefIn(id) ?? [])
  const replyTokens = recipientsOf(head).flatMap(
    address => replyTokenIn(address, ownAddresses) ?? []
  )
  const number = numberIn(subject)
  return {
    ...(references.length > 0 && { references }),
    ...(clientRefs.length > 0 && { clientRefs }),
    ...(replyTokens.length > 0 && { replyTokens }),
    ...(number !== undefined && { number })
  }
}

/** In-Reply-To first, then References from the right: nearest first. */
export function referencesOf(head: HeaderLine[]): string[] {
  const answered = messageIds(first(head, 'in-reply-to'))
  const chain = messageIds(first(head, 'references')).toReversed()
  return [...new Set([...answered, ...chain])].slice(0, maxReferences)
}

export function messageIds(value: string): string[] {
  return value.match(/<[^<>\s]{1,900}>/g) ?? []
}

/** The part of our own Message-ID that names the outbound step: `<sapa.c1042.m7.3f9a@…>`. */
function clientRefIn(messageId: string): string | null {
  return (
    /^<sapa\.((?:c\d{1,12}\.[mr]\d{1,12}|n\d{1,12})\.[\w-]{1,64})@/.exec(messageId)?.[1] ?? null
  )
}

/** The sender of a bounce is told by the envelope address we sent from: `bounce+c1042.m7.3f9a@…`. */
export function bouncedRef(head: HeaderLine[]): string | null {
  for (const address of recipientsOf(head)) {
    const [local = ''] = address.split('@')
    const match = /^[^+]*\+((?:c\d{1,12}\.[mr]\d{1,12}|n\d{1,12})\.[\w-]{1,64})$/.exec(local)
    if (match) return match[1]!
  }
  return null
}

function replyTokenIn(
  address: string,
  own: string[]
): { conversation: number; token: string } | null {
  const match = /^c(\d{1,12})\.([\w-]{4,64})$/.exec(plusPart(address, own) ?? '')
  return match ? { conversation: Number(match[1]), token: match[2]! } : null
}

export const inReplyTo = (head: HeaderLine[]): string | undefined =>
  all(head, 'in-reply-to').flatMap(messageIds)[0]
