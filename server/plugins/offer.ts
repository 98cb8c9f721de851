import type { Translator } from '../i18n/words.ts'
import type { PluginEntry } from '../plugin-host/host.ts'
import { scopeWord } from './scope-word.ts'

/** A newer version that waits for the owner. */
export interface ShownOffer {
  version: string
  changelog: string | null
  added: string[]
  addedScopes: string[]
  removed: string[]
}

export function offerOf({ offer }: PluginEntry, { t }: Translator): ShownOffer | null {
  if (!offer) return null
  return {
    ...{ version: offer.version, changelog: offer.changelog, addedScopes: offer.scopesAdded },
    added: offer.scopesAdded.map(scope => scopeWord(scope, t)),
    removed: offer.scopesRemoved.map(scope => scopeWord(scope, t))
  }
}

/** What the owner should know about the files of a plugin. */
export function fileNotes(entry: PluginEntry, { t }: Translator): string[] {
  return [
    ...(entry.updateError ? [t('plugins.note.update_failed', { reason: entry.updateError })] : []),
    ...(entry.problem && entry.manifest
      ? [t('plugins.note.unusable', { reason: entry.problem })]
      : []),
    ...(entry.isChanged && !entry.offer ? [t('plugins.note.changed')] : []),
    ...(entry.isRemoved ? [t('plugins.note.removed')] : [])
  ]
}
