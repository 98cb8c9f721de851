/** Real origins and the servers that stand in for them: known to the tests' fetch alone. */
export const standIns = new Map<string, string>()

/** Never reaches a provider: an origin without a stand-in is refused. */
export const fetchStandIn: typeof fetch = async (given, options) => {
  const url = new URL(given instanceof Request ? given.url : given)
  const origin = standIns.get(url.origin)
  if (!origin) throw new Error(`nobody stands in for ${url.origin}`)
  return fetch(`${origin}${url.pathname}${url.search}`, options)
}
