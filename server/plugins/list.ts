import type { Translator } from '../i18n/words.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import type { Sapa } from '../sapa.ts'
import { readFacts } from './facts.ts'
import { rowOf, type PluginRow } from './row.ts'
import { noticeOf, type Done, type Notice } from './notice.ts'
import { isIn, tabs, type Tab } from './state.ts'

/** Which plugins are wanted. */
export interface Filter {
  tab: Tab
  search: string
}

/** The list with what stands above it. */
export interface ShownPlugins {
  filter: Filter
  summary: { label: string; value: string; small: string }[]
  tabs: { href: string; label: string; count: number; isCurrent: boolean }[]
  rows: PluginRow[]
  partUrl: string
  notice: Notice | null
  /** Gone, but what they have stored was kept. */
  kept: { id: string; version: string }[]
}

export async function showPlugins(
  sapa: Sapa,
  words: Translator,
  filter: Filter,
  done: Done = {}
): Promise<ShownPlugins> {
  // What lies deep in a dropped folder is only noticed by looking.
  await sapa.plugins.refresh()
  const [facts, kept] = await Promise.all([readFacts(sapa), sapa.plugins.listKept()])
  const { entries } = facts
  const rows = entries
    .filter(entry => isIn(filter.tab, entry) && isFound(entry, filter.search))
    .map(entry => rowOf(sapa, entry, facts, words))
  return {
    ...{ filter, kept, summary: summaryOf(sapa, entries, words) },
    notice: noticeOf(done, entries, words),
    tabs: tabs.map(tab => ({
      href: addressOf('/plugins', { tab, search: filter.search }),
      label: words.t(`plugins.tab.${tab}`),
      count: entries.filter(entry => isIn(tab, entry)).length,
      isCurrent: tab === filter.tab
    })),
    rows: rows.toSorted((a, b) => a.title.localeCompare(b.title, words.locale)),
    partUrl: addressOf('/plugins/rows', filter)
  }
}

/** The same list again, with the same filter. */
export function addressOf(path: string, { tab, search }: Filter): string {
  const query = new URLSearchParams({
    ...(tab === 'all' ? {} : { tab }),
    ...(search === '' ? {} : { q: search })
  }).toString()
  return query === '' ? path : `${path}?${query}`
}

/** As it stands in an address or a form. */
export function filterOf({ tab, q = '' }: { tab?: string; q?: string }): Filter {
  return { tab: tabs.find((known): known is Tab => known === tab) ?? 'all', search: q.trim() }
}

function isFound({ id, manifest }: PluginEntry, search: string): boolean {
  const { title, description, author = '' } = manifest ?? {}
  const texts = [id, author, title?.en, title?.id, description?.en, description?.id]
  const wanted = search.trim().toLowerCase()
  return texts.some(text => text?.toLowerCase().includes(wanted))
}

/** Of the last hour. Memory is missing on purpose: in one process nobody can tell whose it is. */
function summaryOf({ plugins }: Sapa, entries: PluginEntry[], words: Translator) {
  const { t } = words
  const figures = entries.map(({ id }) => plugins.calls.meter.of(id))
  const sum = (of: (one: (typeof figures)[number]) => number) =>
    figures.reduce((total, one) => total + of(one), 0)
  const calls = sum(one => one.calls)
  const active = entries.filter(({ state }) => state === 'active').length
  return [
    {
      label: t('plugins.tab.active'),
      value: words.number(active),
      small: t('plugins.summary.of', { n: entries.length })
    },
    {
      label: t('plugins.summary.calls'),
      value: words.number(calls),
      small: t('plugins.summary.hour')
    },
    {
      label: t('plugins.summary.time'),
      value: t('plugins.ms', { n: words.number(calls === 0 ? 0 : sum(one => one.ms) / calls) }),
      small: t('plugins.summary.mean')
    },
    {
      label: t('plugins.summary.errors'),
      value: words.number(sum(one => one.errors)),
      small: t('plugins.summary.from', { n: figures.filter(one => one.errors > 0).length })
    }
  ]
}
