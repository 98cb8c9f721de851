/** Who of the shop writes just now; forgotten when nothing more is said of it. */
export class Typist {
  name: string | null = null
  #changed: () => void
  #timer = 0

  constructor(changed: () => void) {
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
}
