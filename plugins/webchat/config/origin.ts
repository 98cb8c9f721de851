/** Whether a page of this origin may show the widget. Without a list all may. */
export function isAllowed(allowed: readonly string[], origin: string | undefined): boolean {
  if (allowed.length === 0) return true
  if (origin === undefined || !URL.canParse(origin)) return false
  const { protocol, host } = new URL(origin)
  return allowed.some(entry => {
    const [, scheme, name = ''] = /^(https?:\/\/)?(.*)$/.exec(entry.trim().toLowerCase()) ?? []
    if (scheme !== undefined && scheme !== `${protocol}//`) return false
    if (!name.startsWith('*.')) return host === withoutUsualPort(name, protocol)
    return host.endsWith(withoutUsualPort(name.slice(1), protocol))
  })
}

/** For `frame-ancestors`: Sapa's own pages always, for the page to try it. */
export function ancestorsOf(allowed: readonly string[]): string {
  if (allowed.length === 0) return '*'
  return ["'self'", ...allowed.map(entry => entry.trim().toLowerCase())].join(' ')
}

const withoutUsualPort = (host: string, protocol: string) =>
  host.replace(protocol === 'https:' ? /:443$/ : /:80$/, '')
