import type { Translator } from '../i18n/words.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import { troubledStates } from './trouble.ts'

export interface ShownState {
  text: string
  tone: 'ok' | 'warn' | 'danger' | 'muted'
  icon: string | null
}

/** The state as a chip. */
export function stateOf({ state }: PluginEntry, { t }: Translator): ShownState {
  const [tone, icon] = looks[state]
  return { text: t(`plugins.state.${state}`), tone, icon }
}

/** The tabs of the list. */
export const tabs = ['all', 'active', 'inactive', 'updates', 'troubled'] as const
export type Tab = (typeof tabs)[number]

export function isIn(tab: Tab, entry: PluginEntry): boolean {
  if (tab === 'all') return true
  if (tab === 'active') return entry.state === 'active'
  if (tab === 'inactive') return entry.state === 'installed'
  if (tab === 'updates') return entry.offer !== null
  return troubledStates.includes(entry.state)
}

const looks: Record<PluginEntry['state'], [ShownState['tone'], string | null]> = {
  active: ['ok', null],
  installed: ['muted', null],
  waiting: ['warn', 'clock'],
  quarantined: ['danger', 'power'],
  incompatible: ['warn', 'triangle-alert'],
  broken: ['danger', 'circle-alert']
}
