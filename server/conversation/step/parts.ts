import type { ChannelCapabilities } from '../../plugin-api/channel.ts'
import type { Choice, MessageTarget } from '../../plugin-api/outbound.ts'
import type { FilledTemplate } from '../../plugin-api/template.ts'
import { fitChoices } from '../reply/choices.ts'
import { cut, type CuttableFile, type Piece } from './cut.ts'
import type { Outgoing } from '../reply/outgoing.ts'
import { quoteLines } from '../reply/quote.ts'

/** One request's worth of a message. */
export interface Part extends Piece {
  quote?: MessageTarget
  template?: FilledTemplate
  choices?: Choice[]
}

interface Beside {
  /** Lines for files that the channel cannot carry. */
  links: string[]
  attachments: CuttableFile[]
}

type Limits = Pick<ChannelCapabilities, 'text' | 'attachments' | 'choices'>

/** The requests that a reply becomes, cut to what the channel can take. */
export function partsOf(
  outgoing: Outgoing,
  { links, attachments }: Beside,
  limits: Limits
): Part[] {
  const { quoted, template } = outgoing
  if (template) {
    return answering([{ text: outgoing.text, attachmentIds: [], template }], quoted?.target ?? null)
  }
  const before = quoted && !quoted.target ? quoteLines(quoted.words) : ''
  const words = [before + outgoing.text, ...links].filter(Boolean).join('\n\n')
  const { text, choices } = fitChoices(words, outgoing.choices, limits)
  const html = text === outgoing.text ? outgoing.html : undefined
  const parts: Part[] = choices
    ? withChoices(text, attachments, choices, limits)
    : cut({ text: text || (html ? '' : before), html, attachments }, limits)
  return answering(parts, quoted?.target ?? null)
}

/** Buttons stand under the last words; files go before, so that nothing parts the customer from them. */
function withChoices(
  text: string,
  attachments: CuttableFile[],
  choices: Choice[],
  limits: Limits
): Part[] {
  const files = attachments.length > 0 ? cut({ text: '', attachments }, limits) : []
  const texts = cut({ text, attachments: [] }, limits)
  return [
    ...files,
    ...texts.map((part, index) => (index === texts.length - 1 ? { ...part, choices } : part))
  ]
}

const answering = (parts: Part[], quote: MessageTarget | null): Part[] =>
  parts.map((part, index) => (quote && index === 0 ? { ...part, quote } : part))
