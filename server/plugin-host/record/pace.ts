const minuteMs = 60_000
const mostPerMinute = 60

/**
 * How often a plugin may write into one conversation. Two plugins that answer each other's notes would
 * fill it for ever: each hears of what the other does.
 */
export class Pace {
  #minute = 0
  readonly #counts = new Map<number, number>()

  /** Throws when it is too often. */
  step(conversation: number, now: Date): void {
    const minute = Math.floor(now.getTime() / minuteMs)
    if (minute !== this.#minute) this.#counts.clear()
    this.#minute = minute
    const count = (this.#counts.get(conversation) ?? 0) + 1
    this.#counts.set(conversation, count)
    if (count <= mostPerMinute) return
    throw new Error(
      `More than ${mostPerMinute} notes and tags in conversation ${conversation} within a minute`
    )
  }
}
