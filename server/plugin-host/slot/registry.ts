import { randomBytes } from 'node:crypto'
import type { Text } from '../../plugin-api/manifest.ts'
import type { Slot, SlotName, Slots, SlotViewer } from '../../plugin-api/slots.ts'
import type { SafeHtml } from '../../web/html.ts'

/** What a slot draws: a piece of HTML, or one for each conversation of a list. */
export type Drawn<Name extends SlotName> = Name extends 'inbox.row.meta'
  ? Map<number, SafeHtml>
  : SafeHtml | null

/** One slot of one plugin. */
export interface Placed<Name extends SlotName = SlotName> {
  plugin: string
  /** Title of the plugin, shown on cards. */
  source: Text
  slot: Omit<Slot<Name>, 'render'>
  /** Guarded and cleaned: throws what the plugin threw, or that it was too slow or of a wrong shape. */
  draw(props: Slots[Name], viewer: SlotViewer): Promise<Drawn<Name>>
  /** Changes when what it draws may have changed: an open page then draws it anew, and keeps the others. */
  stamp: string
  /** After a late answer it is not waited for until then. */
  lateUntil: number
  signal: AbortSignal
}

/** All slots of the active plugins, by place. */
export class SlotRegistry {
  readonly #placed = new Map<SlotName, Placed[]>()
  readonly #boot = randomBytes(3).toString('hex')
  #count = 0

  /** Throws when the plugin has this slot already. */
  add<Name extends SlotName>(
    name: Name,
    given: Omit<Placed<Name>, 'stamp' | 'lateUntil'>
  ): () => void {
    const { plugin, slot } = given
    const others = this.#placed.get(name) ?? []
    if (others.some(one => one.plugin === plugin && one.slot.id === slot.id)) {
      throw new Error(`The slot ${name} ${slot.id} is there already`)
    }
    const own = { ...given, stamp: this.#nextStamp(), lateUntil: 0 } as unknown as Placed
    this.#placed.set(name, [...others, own].toSorted(inOrder))
    return () => {
      const rest = (this.#placed.get(name) ?? []).filter(one => one !== own)
      if (rest.length > 0) this.#placed.set(name, rest)
      else this.#placed.delete(name)
    }
  }

  /** Low priority first, then by plugin. Without slots this costs nothing. */
  list<Name extends SlotName>(name: Name): readonly Placed<Name>[] {
    const all = this.#placed.get(name)
    // A plugin that is being switched off may take its time to let go.
    return (all?.filter(one => !one.signal.aborted) ?? none) as unknown as Placed<Name>[]
  }

  find<Name extends SlotName>(name: Name, plugin: string, id: string): Placed<Name> | null {
    return this.list(name).find(one => one.plugin === plugin && one.slot.id === id) ?? null
  }

  /** What a plugin draws may be different from now on. */
  renew(plugin: string): void {
    for (const all of this.#placed.values()) {
      for (const one of all) if (one.plugin === plugin) one.stamp = this.#nextStamp()
    }
  }

  #nextStamp(): string {
    return `${this.#boot}${++this.#count}`
  }
}

const none: readonly Placed[] = []

const usualPriority = 10

function inOrder(one: Placed, other: Placed): number {
  const byPriority = (one.slot.priority ?? usualPriority) - (other.slot.priority ?? usualPriority)
  return byPriority || (one.plugin < other.plugin ? -1 : one.plugin > other.plugin ? 1 : 0)
}
