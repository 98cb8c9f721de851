import type { Translator } from '../i18n/words.ts'
import type { LogLine } from '../plugin-host/log-lines.ts'
import type { Sapa } from '../sapa.ts'
import { since } from '../settings/ago.ts'

export interface ShownFault {
  when: string
  entry: string
  text: string
}

export interface ShownLine {
  when: string
  level: LogLine['level']
  levelText: string
  text: string
  facts: string
}

/** What went wrong inside a plugin, newest first. */
export async function readFaults(
  { plugins, clock }: Pick<Sapa, 'plugins' | 'clock'>,
  id: string,
  words: Translator
): Promise<ShownFault[]> {
  const faults = await plugins.calls.faults.list(id)
  return faults.map(({ at, entry, text }) => ({ when: since(at, words, clock()), entry, text }))
}

/** The last lines that it wrote since the start, newest first. */
export function readLines(
  { plugins, clock }: Pick<Sapa, 'plugins' | 'clock'>,
  id: string,
  words: Translator
): ShownLine[] {
  return plugins.lines(id).map(({ at, level, text, facts }) => ({
    when: since(at, words, clock()),
    levelText: words.t(`plugins.level.${level}`),
    ...{ level, text, facts }
  }))
}
