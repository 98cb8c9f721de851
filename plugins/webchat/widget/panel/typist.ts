import type { Api } from './api.ts'

/** Who writes just now, on both sides. */
export class Typist {
  /** Of the shop; forgotten when nothing more is said of it. */
  name: string | null = null
  #api: Api
  #changed: () => void
  #timer = 0
  #saidAt = 0

  constructor(api: Api, changed: () => void) {
    this.#api = api
    this.#changed = changed
  }

  hear({ name, isTyping }: { name: string; isTyping: boolean }): void {
    clearTimeout(this.#timer)
    this.name = isTyping ? name : null
    this.#timer = setTimeout(() => {
      this.name = null
      this.#changed()
    }, 6000)
  }

  /** Told at most every 3 s, and once when the field is empty again. */
  say(isTyping: boolean): void {
    const now = Date.now()
    if (isTyping ? Math.abs(now - this.#saidAt) < 3000 : this.#saidAt === 0) return
    this.#saidAt = isTyping ? now : 0
    this.#api.call('POST', 'typing', { isTyping }).catch(() => undefined)
  }

  sent(): void {
    this.#saidAt = 0
  }
}
