import type { Translator } from '../i18n/words.ts'
import { channelLook, type ChannelLook } from '../inbox/channel-look.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import { keptReport } from '../plugin-kit/kept.ts'
import type { Sapa } from '../sapa.ts'
import type { Facts } from './facts.ts'
import { iconOf } from './icon.ts'
import { fileNotes, offerOf, type ShownOffer } from './offer.ts'
import { permissionWords } from './scope-word.ts'
import { stateOf, type ShownState } from './state.ts'
import { problemOf, type ShownProblem } from './problem.ts'

/** One plugin as a row of the list. */
export interface PluginRow {
  id: string
  title: string
  description: string
  /** Version and author. */
  by: string
  look: ChannelLook | null
  icon: string
  permissions: string[]
  /** What the conformance kit found of this version. */
  tier: { text: string; level: string } | null
  state: ShownState
  /** Calls, errors and time of the last hour; none for what does not run. */
  figures: { text: string; isError: boolean }[]
  /** What the owner wants. */
  isWanted: boolean
  isRemovable: boolean
  problem: ShownProblem | null
  offer: ShownOffer | null
  /** About its files: changed, gone, an update that failed. */
  notes: string[]
  /** Asked before it is switched off; null when nothing hangs on it. */
  warning: string | null
}

/** A plugin in the reader's language. */
export function rowOf(
  sapa: Pick<Sapa, 'plugins' | 'channels' | 'clock'>,
  entry: PluginEntry,
  facts: Facts,
  words: Translator
): PluginRow {
  const title = titleOf(entry, words)
  const { manifest } = entry
  return {
    id: entry.id,
    title,
    description: manifest ? inLocale(manifest.description, words.locale) : '',
    by: manifest
      ? [words.t('plugins.version', { version: entry.version }), manifest.author].join(' · ')
      : '',
    look: lookOf(sapa, entry, words),
    icon: iconOf(manifest),
    permissions: permissionWords(manifest, words),
    tier: tierOf(entry, words),
    state: stateOf(entry, words),
    figures: entry.state === 'active' ? figuresOf(sapa, entry.id, words) : [],
    isWanted: entry.isActive,
    isRemovable: !entry.isActive && !entry.isBundled,
    problem: problemOf(entry, facts, words, sapa.clock()),
    offer: offerOf(entry, words),
    notes: fileNotes(entry, words),
    warning: warningOf(entry, facts, title, words)
  }
}

/** The name in the reader's language, else the id. */
export function titleOf({ id, manifest }: PluginEntry, { locale }: Translator): string {
  return manifest ? inLocale(manifest.title, locale) : id
}

/** The types of the channels that it brings. */
export function channelsOf({ manifest }: PluginEntry): string[] {
  const kind = 'channel:'
  return (manifest?.provides ?? [])
    .filter(thing => thing.startsWith(kind))
    .map(thing => thing.slice(kind.length))
}

function tierOf({ folder, version }: PluginEntry, { t }: Translator): PluginRow['tier'] {
  const level = keptReport(folder, version)?.tier
  return level ? { level, text: t(`plugins.tier.${level}`) } : null
}

/** A running channel is shown in its own colour. */
function lookOf(sapa: Pick<Sapa, 'channels'>, entry: PluginEntry, words: Translator) {
  const type = channelsOf(entry).find(one => sapa.channels.get(one) !== undefined)
  return type === undefined ? null : channelLook(sapa.channels, type, words.locale)
}

function figuresOf({ plugins }: Pick<Sapa, 'plugins'>, id: string, words: Translator) {
  const { calls, errors, msPerCall } = plugins.calls.meter.of(id)
  if (calls === 0) return [{ text: words.t('plugins.figure.no_calls'), isError: false }]
  return [
    {
      text: words.t('plugins.figure.ms_per_call', { n: words.number(msPerCall) }),
      isError: false
    },
    { text: words.t('plugins.figure.calls', { n: calls }), isError: false },
    ...(errors > 0
      ? [{ text: words.t('plugins.figure.errors', { n: errors }), isError: true }]
      : [])
  ]
}

function warningOf(entry: PluginEntry, facts: Facts, title: string, words: Translator) {
  const accounts = channelsOf(entry).map(type => facts.accounts.get(type) ?? 0)
  const n = accounts.reduce((sum, count) => sum + count, 0)
  return n > 0 ? words.t('plugins.off_confirm', { title, n }) : null
}
