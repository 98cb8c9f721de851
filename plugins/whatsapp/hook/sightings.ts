import { Recent } from '../recent.ts'

/**
 * What Meta's statuses tell of messages whose answer was lost: by our reference, under which id Meta has them. It
 * cannot be asked for that, but it tells within seconds.
 */
export class Sightings {
  readonly #seen = new Recent<string>(5_000)
  readonly #waiting = new Map<string, Set<(remoteId: string) => void>>()

  note(clientRef: string, remoteId: string): void {
    this.#seen.set(clientRef, remoteId)
    for (const tell of this.#waiting.get(clientRef) ?? []) tell(remoteId)
  }

  /** Null when nothing is heard of it for so long. */
  find(clientRef: string, ms: number, signal: AbortSignal): Promise<string | null> {
    const seen = this.#seen.get(clientRef)
    if (seen !== undefined || signal.aborted) return Promise.resolve(seen ?? null)
    return new Promise(resolve => {
      const tell = (remoteId: string | null) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        listeners.delete(tell)
        if (listeners.size === 0) this.#waiting.delete(clientRef)
        resolve(remoteId)
      }
      const end = () => tell(null)
      const timer = setTimeout(end, ms)
      const listeners = this.#waiting.get(clientRef) ?? new Set()
      this.#waiting.set(clientRef, listeners.add(tell))
      signal.addEventListener('abort', end)
    })
  }
}
