import { conflict } from './refuse.ts'

export interface Update extends Record<string, unknown> {
  update_id: number
}

export interface Webhook {
  url: string
  secret: string
  lastError: { date: number; message: string } | null
}

interface Asker {
  end(): void
  refuse(error: Error): void
}

/** Kinds that come only when they are asked for by name. */
const onlyByName = new Set(['chat_member', 'message_reaction', 'message_reaction_count'])

/** The updates of one bot: kept until they are acknowledged, handed to one asker or to a webhook. */
export class UpdateQueue {
  pending: Update[] = []
  allowed: readonly string[] = []
  webhook: Webhook | null = null
  /** What was acknowledged is kept too, and comes again to whoever asks from before it. */
  isRemembering = false
  /** How often somebody has asked. */
  asks = 0
  #next = 840_500_000
  #asker: Asker | null = null
  readonly #listeners = new Set<() => void>()

  add(content: Record<string, unknown>): Update | null {
    const kind = Object.keys(content)[0] ?? ''
    if (!this.#isWanted(kind)) return null
    const update = { update_id: ++this.#next, ...content }
    this.put(update)
    return update
  }

  /** An update with its number, as a fixture has it. */
  put(update: Update): void {
    this.#next = Math.max(this.#next, update.update_id)
    this.pending.push(update)
    this.#asker?.end()
    for (const listener of this.#listeners) listener()
  }

  setWebhook(webhook: Webhook | null): void {
    this.webhook = webhook
    this.#asker?.refuse(conflict('terminated by setWebhook request'))
    for (const listener of this.#listeners) listener()
  }

  /** Somebody waits for what comes. */
  get hasAsker(): boolean {
    return this.#asker !== null
  }

  onNew(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async get(offset: number, limit: number, seconds: number, gone: AbortSignal): Promise<Update[]> {
    this.asks += 1
    if (this.webhook) {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
      )
    }
    this.#asker?.refuse(
      conflict(
        'terminated by other getUpdates request; make sure that only one bot instance is running'
      )
    )
    const isNew = ({ update_id }: Update) => update_id >= offset
    if (offset > 0 && !this.isRemembering) this.pending = this.pending.filter(isNew)
    if (!this.pending.some(isNew) && seconds > 0) await this.#wait(seconds, gone)
    return this.pending.filter(isNew).slice(0, limit)
  }

  async #wait(seconds: number, gone: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    let mine: Asker | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(resolve, seconds * 1000)
        gone.addEventListener('abort', () => resolve(), { once: true })
        mine = { end: resolve, refuse: reject }
        this.#asker = mine
      })
    } finally {
      clearTimeout(timer)
      if (this.#asker === mine) this.#asker = null
    }
  }

  #isWanted(kind: string): boolean {
    if (this.allowed.length === 0) return !onlyByName.has(kind)
    return this.allowed.includes(kind)
  }
}
