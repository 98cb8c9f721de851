import { createHash } from 'node:crypto'
import type { SapaContext } from 'sapa/plugin-api'

/** What a button can carry. */
const mostBytes = 64
const kept = 300

/** Ids of choices that are too long for a button: it carries their hash, and here stands what it means. */
export class Choices {
  readonly #values: SapaContext['values']
  readonly #key: string
  readonly #known: Map<string, string>

  private constructor(values: SapaContext['values'], key: string, known: Map<string, string>) {
    this.#values = values
    this.#key = key
    this.#known = known
  }

  static async open(values: SapaContext['values'], account: number): Promise<Choices> {
    const key = `choices:${account}`
    const found = await values.get(key)
    const entries = found === null ? [] : (JSON.parse(found) as [string, string][])
    return new Choices(values, key, new Map(entries))
  }

  find(carried: string | undefined): string | undefined {
    return carried === undefined ? undefined : this.#known.get(carried)
  }

  /** What the buttons of these choices carry; on the disk before any of them is shown. */
  async carry(ids: readonly string[]): Promise<string[]> {
    const long = ids.filter(id => Buffer.byteLength(id) > mostBytes)
    for (const id of long) {
      this.#known.delete(hashOf(id))
      this.#known.set(hashOf(id), id)
    }
    if (long.length > 0) {
      for (const old of [...this.#known.keys()].slice(0, -kept)) this.#known.delete(old)
      await this.#values.set(this.#key, JSON.stringify([...this.#known]))
    }
    return ids.map(id => (long.includes(id) ? hashOf(id) : id))
  }
}

const hashOf = (id: string) => `#${createHash('sha256').update(id).digest('base64url')}`
