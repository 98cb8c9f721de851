import { all, type HeaderLine } from './head.ts'

const maxRecipients = 500

/** Addresses that the mail was delivered to, as the head tells; lower case domain, local part as written. */
export function recipientsOf(head: HeaderLine[]): string[] {
  const values = all(
    head,
    'delivered-to',
    'x-original-to',
    'envelope-to',
    'x-envelope-to',
    'to',
    'cc'
  )
  const found = values.flatMap(
    value => value.match(/[^\s<>,;:"()@]{1,200}@[^\s<>,;:"()@]{1,250}/g) ?? []
  )
  return [...new Set(found)].slice(0, maxRecipients)
}

/** What stands behind the plus of one of our addresses, else null. */
export function plusPart(address: string, own: string[]): string | null {
  const at = address.lastIndexOf('@')
  const plus = address.indexOf('+')
  if (plus < 1 || plus > at) return null
  const base = `${address.slice(0, plus)}${address.slice(at)}`.toLowerCase()
  return own.includes(base) ? address.slice(plus + 1, at) : null
}

/** Is this one of our mailboxes, with or without a plus part? */
export function isOwn(address: string, own: string[]): boolean {
  return own.includes(address.toLowerCase()) || plusPart(address, own) !== null
}
