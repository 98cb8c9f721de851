import type { Translator } from '../i18n/words.ts'
import type { Inventory } from '../plugin-host/install/inventory.ts'

/** Something that a plugin has stored, counted. */
export interface ShownStored {
  label: string
  value: string
}

export function storedOf(inventory: Inventory, words: Translator): ShownStored[] {
  const { t } = words
  const rows = (n: number) => t('plugins.stored.rows', { n })
  return [
    ...inventory.tables.map(table => ({
      label: t('plugins.stored.table', { name: table.name }),
      value: rows(table.rows)
    })),
    { label: t('plugins.stored.settings'), value: words.number(inventory.settings) },
    { label: t('plugins.stored.values'), value: words.number(inventory.values) },
    { label: t('plugins.stored.jobs'), value: words.number(inventory.jobs) },
    ...(inventory.files > 0 ? [filesOf(inventory, words)] : [])
  ]
}

/** What comes with Sapa itself brings no files of its own. */
function filesOf({ files, bytes }: Inventory, { t, bytes: size }: Translator): ShownStored {
  const value = t('plugins.review.size', { n: files, size: size(bytes) })
  return { label: t('plugins.stored.files'), value }
}
