import { firstSegment, isWithin } from './path.ts'

/** Which plugin answers which paths at the root of Sapa's address. */
export class SiteClaims {
  readonly #byPath = new Map<string, string>()
  #own: ReadonlySet<string> = new Set()

  /** Sapa's own routes: what begins as one of them can be no plugin's. */
  keepOwn(urls: readonly string[]): void {
    const names = urls.map(firstSegment)
    this.#own = new Set(names.filter(name => name !== '' && !/^[:*]/.test(name)))
  }

  /** Throws, in words for the owner, when one of them is taken; then the plugin gets none. */
  claim(plugin: string, paths: readonly string[] = []): void {
    for (const path of paths) this.#refuseTaken(plugin, path)
    for (const path of paths) this.#byPath.set(path, plugin)
  }

  /** The plugin that answers there; null for Sapa itself. */
  ownerOf(path: string): string | null {
    for (const [claimed, plugin] of this.#byPath) {
      if (isWithin(path, claimed)) return plugin
    }
    return null
  }

  release(plugin: string): void {
    for (const [path, owner] of this.#byPath) {
      if (owner === plugin) this.#byPath.delete(path)
    }
  }

  #refuseTaken(plugin: string, path: string): void {
    if (this.#own.has(firstSegment(path))) throw new Error(`The path ${path} is Sapa's own`)
    for (const [taken, owner] of this.#byPath) {
      if (owner === plugin) continue
      if (isWithin(path, taken) || isWithin(taken, path)) {
        throw new Error(`The path ${path} belongs to the plugin ${owner} already`)
      }
    }
  }
}
