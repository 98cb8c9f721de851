import type { Translator } from '../i18n/words.ts'
import { whyText } from '../plugin-host/boot/why.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import { since } from '../settings/ago.ts'
import type { Facts } from './facts.ts'
import { troubledStates } from './trouble.ts'

/** Why a plugin does not run, and what went wrong last. */
export interface ShownProblem {
  tone: 'danger' | 'warn'
  title: string
  text: string
  /** What `fault` is. */
  label: string
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
  const isMissingOthers = entry.state === 'waiting' && missing(entry, facts).length > 0
  const isFault = entry.state === 'broken' || entry.state === 'quarantined'
  return {
    tone: isFault ? 'danger' : 'warn',
    title: headline(entry, at, facts, words, now),
    text: words.t('plugins.problem.calm'),
    label: words.t(isFault ? 'plugins.problem.last' : 'plugins.problem.why'),
    // The headline says it already, in the reader's language.
    fault: isMissingOthers ? null : (entry.reason ?? (last ? `${last.entry}: ${last.text}` : null))
  }
}

/** Ids of the plugins that it waits for; none when one is there in a version that does not fit. */
function missing(entry: PluginEntry, { entries }: Facts): string[] {
  return Object.keys(entry.manifest?.requires?.plugins ?? {}).filter(
    id => !entries.some(other => other.id === id && other.state === 'active')
  )
}

function headline(
  entry: PluginEntry,
  at: number,
  facts: Facts,
  words: Translator,
  now: Date
): string {
  if (entry.quarantine) return whyText(entry.quarantine, words, now)
  if (entry.state !== 'waiting') {
    return words.t(`plugins.problem.${entry.state}`, { since: since(at, words, now) })
  }
  const absent = missing(entry, facts)
  const needed = absent.length > 0 ? absent : Object.keys(entry.manifest?.requires?.plugins ?? {})
  return words.t('plugins.problem.waiting', { names: needed.map(nameOf).join(', ') })

  function nameOf(id: string): string {
    const manifest = facts.entries.find(other => other.id === id)?.manifest
    return manifest ? inLocale(manifest.title, words.locale) : id
  }
}
