import type { SapaContext } from 'sapa/plugin-api'

/** What Meta has called about, each with the time of the last one. */
export type Call = 'verified' | 'mistaken' | 'signed' | 'refused'
export type Calls = Partial<Record<Call, number>>

/** A change of the last minute can wait for the next. */
const pauseMs = 60_000

/** Remembers for the set-up check what has called at one account's address. */
export class WebhookSeen {
  readonly #values: SapaContext['values']
  readonly #key: string
  /** What was refused before may have been mended by what was saved. */
  readonly #since = Date.now()
  #known: Promise<Calls> | null = null
  #written: Calls = {}

  constructor(values: SapaContext['values'], accountId: number) {
    this.#values = values
    this.#key = `calls:${accountId}`
  }

  /**
   * `verified`: Meta's question was answered; `mistaken`: it came with another verify token; `signed`: a call
   * with a good signature; `refused`: with a wrong one.
   */
  note(call: Call): void {
    const now = Date.now()
    if (now - (this.#written[call] ?? 0) < pauseMs) return
    this.#written = { ...this.#written, [call]: now }
    this.#known = this.read()
      .then(async calls => {
        const next = { ...calls, [call]: now }
        await this.#values.set(this.#key, JSON.stringify(next))
        return next
      })
      // The next call says it again.
      .catch(() => this.#written)
  }

  /** What is known; times are Unix ms. */
  read(): Promise<Calls> {
    this.#known ??= this.#values.get(this.#key).then(text => {
      const { refused = 0, ...calls } = readCalls(text)
      return refused < this.#since ? calls : { ...calls, refused }
    })
    return this.#known
  }
}

function readCalls(text: string | null): Calls {
  if (text === null) return {}
  try {
    const known = JSON.parse(text) as Calls | null
    return typeof known === 'object' && known !== null ? known : {}
  } catch {
    return {}
  }
}
