import { isWithin } from '../site/path.ts'

/** Pages of Sapa to which a plugin may link. */
const pages =
  /^\/(?:conversations|customers|inbox|reports|settings|plugins|me|c|attachments)(?:\/|\?|#|$)/

const origin = 'http://sapa.invalid'

/** An address below `/p/<plugin>/`, written out; null for every other one, however it is disguised. */
export function ownAddress(address: string, plugin: string): string | null {
  const path = pathOf(address)
  return path?.startsWith(`/p/${plugin}/`) ? path : null
}

/** An address below one of the plugin's paths of the site; null for every other one. */
export function siteAddress(address: string, paths: readonly string[]): string | null {
  const path = pathOf(address)
  const plain = path?.split(/[?#]/)[0] ?? ''
  return paths.some(claimed => isWithin(plain, claimed)) ? path : null
}

/** Where a link may lead: the plugin's own routes, pages of Sapa, and the web outside. */
export function linkAddress(
  address: string,
  plugin: string
): { href: string; isOutside: boolean } | null {
  const text = address.trim()
  if (/^(?:mailto|tel):[^\s<>"]{1,500}$/i.test(text)) return { href: text, isOutside: false }
  const path = pathOf(text)
  if (path !== null) {
    const isAllowed = pages.test(path) || path.startsWith(`/p/${plugin}/`)
    return isAllowed ? { href: path, isOutside: false } : null
  }
  if (text.length > 4_000 || !URL.canParse(text)) return null
  const url = new URL(text)
  if (url.protocol !== 'https:') return null
  url.username = ''
  url.password = ''
  return { href: url.href, isOutside: true }
}

/** Pictures: of the plugin itself, or within the markup. Others the content policy would refuse. */
export function imageAddress(address: string, plugin: string): string | null {
  if (/^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=]*$/i.test(address)) return address
  return ownAddress(address, plugin)
}

/** Of an address that begins with one slash: dots and escapes resolved as a browser does. */
function pathOf(address: string): string | null {
  const text = address.trim()
  if (!/^\/(?![/\\])/.test(text) || text.length > 4_000) return null
  if (!URL.canParse(text, origin)) return null
  const url = new URL(text, origin)
  return url.origin === origin ? url.pathname + url.search + url.hash : null
}
