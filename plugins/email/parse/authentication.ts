import { first, type HeaderLine } from './head.ts'

/**
 * Did the owner's own mail server find that the mail comes from the domain of its From address?
 * Only the topmost Authentication-Results counts, and only when the server is one the owner trusts:
 * anybody can write such a header into a mail.
 */
export function isProven(head: HeaderLine[], address: string, trusted: string[]): boolean {
  const [server = '', ...results] = withoutComments(first(head, 'authentication-results')).split(
    ';'
  )
  const name = server.trim().split(' ')[0]!.toLowerCase()
  if (name === '' || !trusted.includes(name)) return false

  const dmarc = results.map(words).filter(result => result[0]?.startsWith('dmarc='))
  if (dmarc.length !== 1 || dmarc[0]![0] !== 'dmarc=pass') return false
  const from = dmarc[0]!.find(word => word.startsWith('header.from='))?.slice('header.from='.length)
  return from === undefined || from === domainOf(address)
}

const domainOf = (address: string): string =>
  address.slice(address.lastIndexOf('@') + 1).toLowerCase()

const words = (result: string): string[] =>
  result
    .toLowerCase()
    .replaceAll(' = ', '=')
    .split(/[ \t]+/)
    .filter(word => word !== '')

/** Comments and quoted strings may hold anything, a fake result too. */
function withoutComments(value: string): string {
  let plain = ''
  let depth = 0
  let isInQuotes = false
  for (const character of value.slice(0, 10_000)) {
    if (character === '"') isInQuotes = !isInQuotes
    else if (isInQuotes) continue
    else if (character === '(') depth += 1
    else if (character === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0) plain += character
  }
  return plain
}
