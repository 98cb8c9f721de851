import { cut, tooLarge, type Piece } from '../../conversation/step/cut.ts'
import type { Translator } from '../../i18n/words.ts'
import type { ChannelCapabilities } from '../../plugin-api/channel.ts'
import type { Text } from '../../plugin-api/manifest.ts'
import type { RelayedReply } from './reply.ts'

interface Letter {
  replies: RelayedReply[]
  /** What the channel is called by which the customer has asked. */
  channel: Text
  /** A link to a file that is too large to be carried. */
  linkTo: (token: string) => string
}

/** The replies in one letter, below a line that says why it comes, cut to what the account can carry. */
export function letterParts(
  { replies, channel, linkTo }: Letter,
  limits: ChannelCapabilities,
  { t }: Translator
): Piece[] {
  const files = replies.flatMap(reply => reply.files)
  const heavy = new Set(tooLarge(files, limits))
  const blocks = replies.map((reply, index) => {
    const isSameAuthor = index > 0 && replies[index - 1]?.author === reply.author
    const links = reply.files
      .filter(file => heavy.has(file))
      .map(file => `${file.filename}: ${linkTo(file.token)}`)
    const name = reply.author !== null && !isSameAuthor ? `${reply.author}:\n` : ''
    return name + [reply.text, ...links].filter(Boolean).join('\n\n')
  })
  const text = [t('relay.intro', { channel }), ...blocks].join('\n\n')
  return cut({ text, attachments: files.filter(file => !heavy.has(file)) }, limits)
}
