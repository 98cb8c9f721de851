/** Remembers the newest of many things; what was not touched for long goes first. */
export class Recent<Value> {
  readonly #known = new Map<string, Value>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  get(key: string): Value | undefined {
    return this.#known.get(key)
  }

  set(key: string, value: Value): void {
    this.#known.delete(key)
    this.#known.set(key, value)
    const [oldest] = this.#known.keys()
    if (this.#known.size > this.#most && oldest !== undefined) this.#known.delete(oldest)
  }

  delete(key: string): void {
    this.#known.delete(key)
  }
}
