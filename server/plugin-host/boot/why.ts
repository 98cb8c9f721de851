/** What made the system switch a plugin off. */
export interface Why {
  /** Errors, a start that ended the process, a stalled server, an attempt to end the process. */
  kind: 'faults' | 'boot' | 'hang' | 'exit'
  /** How many faults. */
  count?: number
  /** The way into the plugin that failed last. */
  entry?: string
}

/** Why and since when a plugin is out of service. */
export interface Quarantine extends Why {
  /** Milliseconds UTC. */
  at: number
}

interface Translator {
  t(key: string, values?: Record<string, string | number>): string
  dateTime(at: number, now?: Date): string
}

/** In words, with the time. */
export function whyText({ kind, count = 1, at }: Quarantine, words: Translator, now: Date): string {
  return words.t(`quarantine.${kind}`, { n: count, t: words.dateTime(at, now) })
}
