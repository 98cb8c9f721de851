import type { ChatFile, ChatMessage, NewMessage } from '../../wire.ts'
import { Refusal, type Api } from './api.ts'
import { backoff, Pause } from './pause.ts'
import { names, read, remove, write } from './storage.ts'

/** A message that is still here. */
export interface Waiting {
  message: NewMessage
  files: ChatFile[]
  at: number
  /** Why it will not go by itself. */
  problem?: string
}

export interface OutboxTools {
  api: Api
  changed(): void
  sent(message: ChatMessage): void
  /** Before the first one: what was typed about the person. */
  prepare(): Promise<void>
  refused(refusal: Refusal): void
}

/** Messages in the order they were written, one at a time, kept until Sapa has them. */
export class Outbox {
  #tools: OutboxTools
  #pause = new Pause()
  #isBusy = false
  #items: Waiting[] = []

  constructor(tools: OutboxTools) {
    this.#tools = tools
    this.recall()
  }

  /** What an earlier visit has left. */
  recall(): void {
    this.#items = names('out:')
      .flatMap(name => (read(name) as Waiting | null) ?? [])
      .sort((one, other) => one.at - other.at)
  }

  get items(): readonly Waiting[] {
    return this.#items
  }

  add(item: Waiting): void {
    // So that they come back in this order, also those of one moment and of a clock that is set back.
    item.at = Math.max(item.at, (this.#items.at(-1)?.at ?? 0) + 1)
    this.#items.push(item)
    this.#keep(item)
    this.flush()
  }

  /** Another tab has sent it, or it came back by the stream. */
  has(clientId: string | undefined): boolean {
    return this.#items.some(({ message }) => message.clientId === clientId)
  }

  drop(clientId: string): void {
    this.#items = this.#items.filter(({ message }) => message.clientId !== clientId)
    remove(`out:${clientId}`)
    this.#tools.changed()
  }

  retry(clientId: string): void {
    const item = this.#items.find(({ message }) => message.clientId === clientId)
    if (!item) return
    delete item.problem
    this.#keep(item)
    this.flush()
  }

  flush(): void {
    this.#pause.wake()
    void this.#send()
  }

  async #send(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    for (let failures = 0; ;) {
      const item = this.#items.find(({ problem }) => problem === undefined)
      if (!item) break
      const refusal = await this.#deliver(item)
      if (!refusal) failures = 0
      else if (refusal.isPassing || refusal.status === 410) {
        // A token may have given way to a new one; should it be the end, nothing waits any more.
        this.#tools.refused(refusal)
        await this.#pause.wait(Math.max(refusal.retryAfterMs, backoff(failures++)))
      } else {
        item.problem = refusal.message || refusal.code
        this.#keep(item)
        this.#tools.refused(refusal)
      }
    }
    this.#isBusy = false
  }

  async #deliver({ message }: Waiting): Promise<Refusal | null> {
    try {
      const { api, prepare, sent } = this.#tools
      await prepare()
      await api.turning
      const { token } = api
      const answer = await api.call<{ message: ChatMessage }>('POST', 'messages', message)
      this.drop(message.clientId)
      // Who sits here now may not be who wrote it.
      if (token === api.token) sent(answer.message)
      return null
    } catch (error) {
      return error instanceof Refusal ? error : new Refusal(0, 'unreachable', '')
    }
  }

  #keep(item: Waiting): void {
    // Its answer may come when somebody else sits here already.
    if (this.#items.includes(item)) write(`out:${item.message.clientId}`, item)
    this.#tools.changed()
  }
}
