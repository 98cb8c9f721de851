import { cleanName } from '../../customer/normalise.ts'
import type { Translator } from '../../i18n/words.ts'
import type { MessageEntry } from '../timeline/entry.ts'

/** A small line above a message: where it came from, how it was written. */
export interface ShownMark {
  icon: string
  text: string
}

export function marksOf({ headers, kind }: MessageEntry, { t }: Translator): ShownMark[] {
  const { forwarded } = headers.context ?? {}
  const marks: (ShownMark | false)[] = [
    headers.isFromOutside === true && { icon: 'smartphone', text: t('message.from_outside') },
    forwarded !== undefined && { icon: 'forward', text: forwardedBy(forwarded, t) },
    kind === 'inbound' &&
      headers.choice !== undefined && { icon: 'circle-dot', text: t('message.chosen') }
  ]
  return marks.filter(mark => mark !== false)
}

/** How often, or from whom: `once`, `many`, or a name. */
function forwardedBy(forwarded: string, t: Translator['t']): string {
  if (forwarded === 'many') return t('message.forwarded_many')
  const name = ['once', '1'].includes(forwarded) ? null : cleanName(forwarded)
  return name === null ? t('message.forwarded') : t('message.forwarded_from', { name })
}
