/** Whether Sapa can be reached. */
export class Connection {
  isThere = true
  #changed: () => void
  #timer = 0

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** A short gap, such as a restart, is not worth a word. */
  is(isThere: boolean): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        if (this.isThere === isThere) return
        this.isThere = isThere
        this.#changed()
      },
      isThere ? 0 : 2500
    )
  }
}
