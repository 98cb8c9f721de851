import type { InboundAttachment, InboundMessage } from 'sapa/plugin-api'
import { contactCards, orderCard, placeCard } from './card.ts'
import { fileOf } from './file.ts'
import { readObject, textAt, textOf, type Loose } from './loose.ts'

export type Content = Pick<InboundMessage, 'text' | 'cards' | 'choice'> & {
  attachments?: InboundAttachment[]
}

/** What a message says by its type. Null: a type that we do not know. */
export function contentOf(message: Loose): Content | null {
  const type = textOf(message['type'])
  return Object.hasOwn(kinds, type) ? (kinds[type]?.(message[type]) ?? null) : null
}

type Read = (part: unknown) => Content | null

const file =
  (kind: InboundAttachment['kind']): Read =>
  part => ({ text: textAt(part, 'caption'), attachments: [fileOf(kind, readObject(part))] })

const kinds: Record<string, Read> = {
  text: part => ({ text: textAt(part, 'body') }),
  image: file('image'),
  video: file('video'),
  sticker: file('sticker'),
  document: file('file'),
  audio: part => file(readObject(part)['voice'] === true ? 'voice' : 'audio')(part),
  location: part => ({ text: '', cards: [placeCard(readObject(part))] }),
  contacts: part => ({ text: '', cards: contactCards(part) }),
  order: part => ({ text: textAt(part, 'text'), cards: [orderCard(readObject(part))] }),
  button: part => chosen(textAt(part, 'payload'), textAt(part, 'text')),
  interactive: part => {
    const { type } = readObject(part)
    const reply = readObject(readObject(part)[textOf(type)])
    if (type === 'button_reply' || type === 'list_reply') {
      return chosen(textOf(reply['id']), textOf(reply['title']))
    }
    return type === 'nfm_reply' ? { text: formText(reply) } : null
  }
}

const chosen = (id: string, title: string): Content => ({ text: title, choice: { id } })

/** A form that was filled in: a line for each field. */
function formText(reply: Loose): string {
  const lines = Object.entries(readJson(textOf(reply['response_json'])))
    .filter(([name]) => name !== 'flow_token')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  return lines.length > 0 ? lines.join('\n') : textOf(reply['body'])
}

function readJson(text: string): Loose {
  try {
    return readObject(JSON.parse(text))
  } catch {
    return {}
  }
}
