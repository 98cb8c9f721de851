import type { Translator } from '../i18n/words.ts'
import { whyText } from '../plugin-host/boot/why.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import { since } from '../settings/ago.ts'
import type { Facts } from './facts.ts'
import { troubledStates } from './trouble.ts'

/** Why a plugin does not run, and what went wrong last. */
export interface ShownProblem {
  tone: 'danger' | 'warn'
  title: string
  text: string
  /** As the plugin said it: for its author, in no language of ours. */
  fault: string | null
}

export function problemOf(
  entry: PluginEntry,
  facts: Facts,
  words: Translator,
  now: Date
): ShownProblem | null {
  if (!troubledStates.includes(entry.state)) return null
  const last = facts.faults.get(entry.id)
  const at = facts.since.get(entry.id) ?? now.getTime()
  return {
    tone: ['incompatible', 'waiting'].includes(entry.state) ? 'warn' : 'danger',
    ...titleOf(entry, at, words, now),
    fault: entry.reason ?? (last ? `${last.entry}: ${last.text}` : null)
  }
}

function titleOf(
  { state, quarantine }: PluginEntry,
  at: number,
  words: Translator,
  now: Date
): Pick<ShownProblem, 'title' | 'text'> {
  const text = words.t('plugins.problem.calm')
  if (quarantine) return { title: whyText(quarantine, words, now), text }
  return {
    title: words.t(`plugins.problem.${state}`, { since: since(at, words, now) }),
    text
  }
}
