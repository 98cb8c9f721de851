import type { Translator } from '../i18n/words.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import type { PluginEntry } from '../plugin-host/host.ts'

/** What was done last, as it stands in an address. */
export interface Done {
  on?: string
  off?: string
  failed?: string
  installed?: string
  updated?: string
  removed?: string
  backup?: string
  /** Why something was refused; never from an address. */
  problem?: string
}

/** The same in words. */
export interface Notice {
  text: string
  tone: 'ok' | 'warn'
}

export function noticeOf(done: Done, entries: PluginEntry[], words: Translator): Notice | null {
  const { t } = words
  const title = (id: string) => {
    const manifest = entries.find(entry => entry.id === id)?.manifest
    return manifest ? inLocale(manifest.title, words.locale) : id
  }
  const { on, off, failed, installed, updated, removed, backup, problem } = done
  const texts = [
    on !== undefined && t('plugins.notice.on', { n: count(on) }),
    off !== undefined && t('plugins.notice.off', { n: count(off) }),
    failed !== undefined && t('plugins.notice.failed', { n: count(failed) }),
    installed !== undefined && t('plugins.notice.installed', { title: title(installed) }),
    updated !== undefined && t('plugins.notice.updated', { title: title(updated) }),
    removed !== undefined && t('plugins.notice.removed', { title: title(removed) }),
    backup !== undefined && t('plugins.notice.backup', { file: backup }),
    problem
  ].filter(text => typeof text === 'string')
  if (texts.length === 0) return null
  const isFine = failed === undefined && problem === undefined
  return { text: texts.join(' '), tone: isFine ? 'ok' : 'warn' }
}

const count = (typed: string) => Number.parseInt(typed, 10) || 0
