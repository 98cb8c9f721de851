import { cleanName } from '../customer/normalise.ts'
import type { Translator } from '../i18n/words.ts'
import type { MessageEntry } from './entry.ts'

/** A small line above a message: where it came from, how it was written. */
export interface ShownMark {
  icon: string
  text: string
}

export function marksOf({ headers, kind }: MessageEntry, { t }: Translator): ShownMark[] {
  const { forwarded, forwardedFrom } = headers.context ?? {}
  const from = cleanName(forwardedFrom)
  const marks: (ShownMark | false)[] = [
    headers.isFromOutside === true && { icon: 'phone', text: t('message.from_outside') },
    from !== null && { icon: 'forward', text: t('message.forwarded_from', { name: from }) },
    from === null &&
      forwarded !== undefined && {
        icon: 'forward',
        text: t(forwarded === 'many' ? 'message.forwarded_many' : 'message.forwarded')
      },
    kind === 'inbound' &&
      headers.choice !== undefined && { icon: 'circle-dot', text: t('message.chosen') }
  ]
  return marks.filter(mark => mark !== false)
}
