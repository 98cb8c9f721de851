const kilobyte = 1024
/** So much of a body always has room: messages must come through while others send files. */
const free = 64 * kilobyte
const perNetwork = 64 * kilobyte * kilobyte
const inAll = 192 * kilobyte * kilobyte

/** Of one body while it is read. */
export interface Hold {
  /** False: there is no room for a body of this size now. */
  grow(size: number): boolean
  release(): void
}

/** How much memory the bodies take that strangers are sending just now: slow senders hold theirs for minutes. */
export class BodyRoom {
  readonly #byNetwork = new Map<string, number>()
  #used = 0

  hold(network: string): Hold {
    let held = 0
    return {
      grow: size => {
        const more = Math.max(0, size - free) - held
        const used = (this.#byNetwork.get(network) ?? 0) + more
        if (more > 0 && (used > perNetwork || this.#used + more > inAll)) return false
        held += more
        this.#add(network, more)
        return true
      },
      release: () => {
        this.#add(network, -held)
        held = 0
      }
    }
  }

  #add(network: string, bytes: number): void {
    if (bytes === 0) return
    this.#used += bytes
    const used = (this.#byNetwork.get(network) ?? 0) + bytes
    if (used > 0) this.#byNetwork.set(network, used)
    else this.#byNetwork.delete(network)
  }
}
