/** Where to go after signing in: a path of ours, whatever was asked for. */
export function ownPath(wanted: unknown): string {
  if (
    typeof wanted !== 'string' ||
    !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted) ||
    wanted.includes('\\')
  )
    return '/'
  const base = 'http://sapa.invalid'
  if (!URL.canParse(wanted, base)) return '/'
  const url = new URL(wanted, base)
  if (url.origin !== base || /^\/(sign-in|sign-out|live)\b/.test(url.pathname)) return '/'
  if (url.pathname.startsWith('//')) return '/'
  return url.pathname + url.search + url.hash
}
