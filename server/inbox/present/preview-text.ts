import type { PreviewWhat } from '../../conversation/table.ts'
import type { Translator } from '../../i18n/words.ts'

/** What a list shows of a conversation's newest message, in the reader's language where it is no text. */
export function previewText(
  { preview, what }: { preview: string; what: PreviewWhat | null },
  { t }: Pick<Translator, 't'>
): string {
  if (what === null) return preview
  const name = t(`preview.${what}`)
  return preview === '' ? name : t('preview.named', { name, text: preview })
}
