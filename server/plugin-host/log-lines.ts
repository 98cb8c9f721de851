import type { Logger } from '../plugin-api/account.ts'
import type { HostTools } from './tools.ts'

const keptPerPlugin = 200
const longestFacts = 1000

export interface LogLine {
  at: number
  level: keyof Logger
  text: string
  /** What was logged beside the text, as JSON; empty for nothing. */
  facts: string
}

/** The last lines of each plugin, in memory: they are for looking at, the log itself is for keeping. */
export class LogLines {
  readonly #lines = new Map<string, LogLine[]>()
  readonly #clock: () => Date

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  /** The same log, whose lines are kept, too. Give it what is masked already. */
  keep(plugin: string, log: Logger): Logger {
    const say =
      (level: keyof Logger): Logger['info'] =>
      (facts, text) => {
        if (level !== 'debug') this.#add(plugin, level, facts, text)
        if (text === undefined) log[level](facts)
        else log[level](facts, text)
      }
    return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
  }

  /** Newest first. */
  list(plugin: string): LogLine[] {
    return (this.#lines.get(plugin) ?? []).toReversed()
  }

  forget(plugin: string): void {
    this.#lines.delete(plugin)
  }

  #add(plugin: string, level: keyof Logger, given: object, text = ''): void {
    const lines = this.#lines.get(plugin) ?? []
    this.#lines.set(plugin, lines)
    lines.push({ at: this.#clock().getTime(), level, text, facts: factsOf(given) })
    if (lines.length > keptPerPlugin) lines.shift()
  }
}

/** The log of one plugin, with its last lines kept where somebody shows them. */
export function keptLog({ log, lines }: Pick<HostTools, 'log' | 'lines'>, plugin: string): Logger {
  const own = log.child({ plugin })
  return lines ? lines.keep(plugin, own) : own
}

/** Errors are told by their message: a stack helps the author, who has the log. */
function factsOf(given: object): string {
  try {
    const text = JSON.stringify(given, (name, value: unknown) =>
      name === 'stack' ? undefined : value instanceof Error ? value.message : value
    )
    return text === undefined || text === '{}' ? '' : text.slice(0, longestFacts)
  } catch {
    return '[not readable]'
  }
}
