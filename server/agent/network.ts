import ipaddr from 'ipaddr.js'

/**
 * Whom an address counts for: one IPv4 address, or the /64 of an IPv6 one, all of which one customer
 * of a provider holds.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const ip = ipaddr.process(address)
  if (ip.kind() === 'ipv4') return ip.toString()
  const [a, b, c, d] = (ip as ipaddr.IPv6).parts
  return `${new ipaddr.IPv6([a, b, c, d, 0, 0, 0, 0].map(part => part ?? 0)).toString()}/64`
}
