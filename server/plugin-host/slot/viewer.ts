import { isAtLeast } from '../../agent/permission.ts'
import type { Agent } from '../../agent/table.ts'
import type { Translator } from '../../i18n/words.ts'
import type { SlotViewer } from '../../plugin-api/slots.ts'
import type { Permissions } from '../permission/registry.ts'
import type { Placed } from './registry.ts'

/** Who looks at a page that has slots. */
export interface SlotReader {
  agent: Agent
  words: Translator
}

export function viewerOf({ agent, words }: SlotReader): SlotViewer {
  const { locale, timeZone } = words
  return { agent: agent.id, role: agent.role, locale, timeZone }
}

/** Whether this reader may see what the slot draws. */
export function maySee(
  permissions: Permissions,
  { agent }: SlotReader,
  { plugin, slot }: Pick<Placed, 'plugin' | 'slot'>
): boolean {
  if (slot.permission !== undefined) return permissions.allows(plugin, slot.permission, agent.role)
  return isAtLeast(agent.role, slot.role ?? 'agent')
}
