import ipaddr from 'ipaddr.js'

/**
 * Whether an address is on the public internet. Asked about the address that is dialled, never about
 * the spelling in a URL: `127.1`, `0x7f000001` and `[::ffff:7f00:1]` all end here as what they are.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const ip = ipaddr.process(address)
  if (ip.range() !== 'unicast') return false
  // Only 2000::/3 is handed out; `::127.0.0.1` and its like would pass as unicast.
  return ip.kind() === 'ipv4' || ip.match(ipaddr.parseCIDR('2000::/3'))
}
