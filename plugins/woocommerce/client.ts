import type { SapaContext } from 'sapa/plugin-api'
import type { Shop } from './settings.ts'

/** Why the shop gave no answer. Keys of the locales: `problem.<kind>`. */
export type ProblemKind = 'refused' | 'no_api' | 'too_slow' | 'unreachable' | 'strange' | 'busy'

export class ShopProblem extends Error {
  readonly kind: ProblemKind

  constructor(kind: ProblemKind, detail: string) {
    super(`${kind}: ${detail}`)
    this.name = 'ShopProblem'
    this.kind = kind
  }
}

type Fetch = SapaContext['fetch']

const timeoutMs = 8_000

/** `GET` of WooCommerce's REST API v3. Throws ShopProblem. */
export async function ask(
  fetch: Fetch,
  shop: Shop,
  path: string,
  query: Record<string, string | number>,
  signal?: AbortSignal
): Promise<unknown> {
  const url = new URL(`${shop.url}/wp-json/wc/v3/${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value))
  const headers: Record<string, string> = { accept: 'application/json' }
  if (shop.inQuery && url.protocol === 'https:') {
    url.searchParams.set('consumer_key', shop.key)
    url.searchParams.set('consumer_secret', shop.secret)
  } else {
    const pair = Buffer.from(`${shop.key}:${shop.secret}`).toString('base64')
    headers['authorization'] = `Basic ${pair}`
  }
  const options = { headers, timeoutMs, ...(signal && { signal }) }
  const response = await fetch(url.href, options).catch((error: unknown) => {
    throw unreachable(error)
  })
  return read(response)
}

async function read(response: Response): Promise<unknown> {
  const { status } = response
  if (status === 401 || status === 403) throw new ShopProblem('refused', String(status))
  if (status === 404) throw new ShopProblem('no_api', '404')
  if (status === 429 || status === 503) throw new ShopProblem('busy', String(status))
  if (!response.ok) throw new ShopProblem('strange', String(status))
  try {
    return await response.json()
  } catch {
    // A page of a cache, a firewall or a maintenance plugin.
    throw new ShopProblem('strange', 'no JSON')
  }
}

function unreachable(error: unknown): ShopProblem {
  const name = error instanceof Error ? error.name : ''
  const isLate = name === 'TimeoutError' || name === 'AbortError'
  const reason = error instanceof Error ? error.message : String(error)
  return new ShopProblem(isLate ? 'too_slow' : 'unreachable', reason.slice(0, 200))
}
