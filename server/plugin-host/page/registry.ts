import { randomBytes } from 'node:crypto'
import { isAtLeast } from '../../agent/permission.ts'
import type { Role } from '../../agent/table.ts'
import type { Text } from '../../plugin-api/manifest.ts'
import type { PluginPage } from '../../plugin-api/page.ts'
import type { Permissions } from '../permission/registry.ts'

/** One page of one plugin. */
export interface PlacedPage {
  plugin: string
  /** Title of the plugin. */
  source: Text
  page: Omit<PluginPage, 'handle' | 'nav'>
  nav: { icon: string; priority: number } | null
  badge: Badge | null
  /** Address of its files, such as `/p/pesanan/assets/1.0.0/`. */
  assets: string
  /** In addresses of files: a plugin that starts again may have changed them. */
  stamp: string
  signal: AbortSignal
}

const badgeMs = 30_000

/** The number behind a page in the navigation: what is known is shown, and nobody waits for news. */
export class Badge {
  readonly #ask: () => Promise<number | null>
  #value: number | null = null
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(ask: () => Promise<number | null>) {
    this.#ask = ask
  }

  /** `onChange` is called when the number turns out to be another one. */
  read(onChange: () => void): number | null {
    const now = performance.now()
    if (now - this.#askedAt >= badgeMs) {
      this.#askedAt = now
      // A fault is kept with the plugin; the last number stays.
      this.#ask().then(
        value => {
          if (value === this.#value) return
          this.#value = value
          onChange()
        },
        () => {}
      )
    }
    return this.#value
  }
}

/** The pages of the active plugins. */
export class Pages {
  readonly #all = new Set<PlacedPage>()
  readonly #permissions: Permissions

  constructor(permissions: Permissions) {
    this.#permissions = permissions
  }

  add(given: Omit<PlacedPage, 'stamp'>): { placed: PlacedPage; dispose: () => void } {
    const placed = { ...given, stamp: randomBytes(4).toString('hex') }
    this.#all.add(placed)
    return { placed, dispose: () => void this.#all.delete(placed) }
  }

  /** What stands in the navigation of this role, low priority first, then by plugin. */
  listNav(role: Role): PlacedPage[] {
    if (this.#all.size === 0) return []
    return [...this.#all].filter(page => page.nav && this.#allows(page, role)).toSorted(inOrder)
  }

  #allows({ plugin, page, signal }: PlacedPage, role: Role): boolean {
    if (signal.aborted) return false
    if (page.permission === undefined) return isAtLeast(role, page.access)
    return this.#permissions.allows(plugin, page.permission, role)
  }
}

function inOrder(one: PlacedPage, other: PlacedPage): number {
  const byPriority = (one.nav?.priority ?? 0) - (other.nav?.priority ?? 0)
  return byPriority || (one.plugin < other.plugin ? -1 : one.plugin > other.plugin ? 1 : 0)
}
