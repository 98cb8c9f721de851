import type { AccountState } from 'sapa/plugin-api'

/** After so long without a call the program counts as away. */
const awayMs = 60_000
const lookMs = 5_000

export interface Word {
  state: 'connected' | 'delayed' | 'needs_attention'
  reason: string | null
}

/** Whether the program is there, and what it says about itself: together the account's state. */
export class Presence {
  readonly #tell: (state: AccountState, reason?: string) => void
  readonly #openedAt = Date.now()
  readonly #timer: NodeJS.Timeout
  #seenAt = 0
  #polls = 0
  #word: Word
  #told = ''

  constructor(word: Word, tell: (state: AccountState, reason?: string) => void) {
    this.#word = word
    this.#tell = tell
    this.#timer = setInterval(() => this.#look(), lookMs)
  }

  get seenAt(): number {
    return this.#seenAt
  }

  get state(): Word {
    const { state } = this.#word
    if (state === 'needs_attention' || this.#isHere()) return this.#word
    const since = this.#seenAt === 0 ? '' : ` since ${new Date(this.#seenAt).toISOString()}`
    return { state: 'delayed', reason: `The program has not called${since}` }
  }

  seen(): void {
    this.#seenAt = Date.now()
    this.#look()
  }

  /** An open poll is a program that is there. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#polls += 1
    try {
      return await work()
    } finally {
      this.#polls -= 1
      this.#seenAt = Date.now()
    }
  }

  get polls(): number {
    return this.#polls
  }

  say(word: Word): void {
    this.#word = word
    this.#look()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #isHere(): boolean {
    return this.#polls > 0 || Date.now() - this.#seenAt < awayMs
  }

  /** Core calls an account connected when it opens: only what differs from that is news. */
  #look(): void {
    const { state, reason } = this.state
    const now = `${state} ${reason ?? ''}`
    if (now === this.#told || (this.#told === '' && Date.now() - this.#openedAt < 1_000)) return
    this.#told = now
    this.#tell(state, reason ?? undefined)
  }
}
