import { conflict } from '../errors.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { Dispose } from '../plugin-api/plugin.ts'

/** The kinds of channel that active plugins have given. */
export class Channels {
  readonly #known = new Map<string, { definition: ChannelDefinition; pluginId: string }>()
  readonly #listeners = new Set<() => void>()

  /** Two plugins cannot give the same type: the second is refused. */
  register(definition: ChannelDefinition, pluginId: string): Dispose {
    if (!/^[a-z][a-z0-9-]{1,30}$/.test(definition.type)) {
      throw conflict('channel_type_invalid', { type: definition.type })
    }
    const holder = this.#known.get(definition.type)
    if (holder) throw conflict('channel_taken', { type: definition.type, plugin: holder.pluginId })

    const entry = { definition, pluginId }
    this.#known.set(definition.type, entry)
    this.#tell()
    return () => {
      if (this.#known.get(definition.type) !== entry) return
      this.#known.delete(definition.type)
      this.#tell()
    }
  }

  get(type: string): ChannelDefinition | undefined {
    return this.#known.get(type)?.definition
  }

  /** The plugin that gave this type. */
  ownerOf(type: string): string | undefined {
    return this.#known.get(type)?.pluginId
  }

  list(): ChannelDefinition[] {
    return [...this.#known.values()].map(entry => entry.definition)
  }

  /** Told when a channel comes or goes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
