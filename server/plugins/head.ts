import { notFound } from '../errors.ts'
import type { Translator } from '../i18n/words.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import type { Sapa } from '../sapa.ts'
import { readFacts, type Facts } from './facts.ts'
import { rowOf, type PluginRow } from './row.ts'

/** What stands above each page of one plugin. */
export interface PluginHead {
  row: PluginRow
  rooms: { href: string; word: string; isCurrent: boolean }[]
}

/** Throws not_found. */
export async function readHead(
  sapa: Sapa,
  id: string,
  words: Translator,
  current: 'settings' | 'log'
): Promise<{ head: PluginHead; entry: PluginEntry; facts: Facts }> {
  const facts = await readFacts(sapa)
  const entry = facts.entries.find(one => one.id === id)
  if (!entry) throw notFound('plugin')
  const rooms = (['settings', 'log'] as const).map(room => ({
    href: `/plugins/${id}/${room}`,
    word: `plugins.${room}`,
    isCurrent: room === current
  }))
  return { head: { row: rowOf(sapa, entry, facts, words), rooms }, entry, facts }
}
