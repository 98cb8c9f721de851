import { domainToASCII } from 'node:url'

/**
 * An address as it may stand in an envelope, or null. Quoted local parts and anything that could end a
 * command or a header are refused rather than repaired.
 */
export function envelopeAddress(value: string): string | null {
  const at = value.lastIndexOf('@')
  const local = value.slice(0, at)
  if (at < 1 || at > 64 || !/^[^\s"(),:;<>@[\\\]]+$/.test(local) || hasControls(local)) return null
  const domain = domainToASCII(value.slice(at + 1))
  return /^(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(domain) ? `${local}@${domain}` : null
}

/** Text for a header: whatever could begin another line becomes a space. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

const hasControls = (text: string) => /[\p{Cc}\u2028\u2029]/u.test(text)

/** `name@domain` with something behind a plus; null when the address already has a plus part. */
export function withPlus(address: string, part: string): string | null {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const plussed = `${local}+${part}`
  return local.includes('+') || plussed.length > 64 ? null : `${plussed}${address.slice(at)}`
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)
