import type { MessageCard } from '../../plugin-api/event.ts'
import { webAddress } from './web-address.ts'
import { oneLine } from './written.ts'

const mostCards = 10
const mostItems = 50
const mostAddresses = 10

/** Cards as the timeline keeps them: few, of one line each, with links that lead where they say. */
export function cleanCards(cards: readonly MessageCard[]): MessageCard[] {
  return cards.slice(0, mostCards).map(clean)
}

function clean(card: MessageCard): MessageCard {
  if (card.kind === 'contact') return contact(card)
  if (card.kind === 'order') return order(card)
  if (card.kind === 'link') {
    return { kind: 'link', title: line(card.title), ...lines(card, 'text'), ...url(card) }
  }
  const { latitude, longitude } = card
  return { kind: 'place', latitude, longitude, ...lines(card, 'name', 'address'), ...url(card) }
}

function contact(card: Extract<MessageCard, { kind: 'contact' }>): MessageCard {
  return {
    kind: 'contact',
    name: line(card.name),
    phones: card.phones.slice(0, mostAddresses).map(phone => line(phone, 60)),
    emails: card.emails.slice(0, mostAddresses).map(email => line(email, 320)),
    ...lines(card, 'organisation')
  }
}

function order(card: Extract<MessageCard, { kind: 'order' }>): MessageCard {
  const items = card.items.slice(0, mostItems).map(({ name, quantity, price, currency }) => ({
    name: line(name),
    quantity,
    ...(price === undefined ? {} : { price }),
    ...(currency === undefined ? {} : { currency: line(currency, 10) })
  }))
  return { kind: 'order', items, ...lines(card, 'note') }
}

const line = (text: string, most = 300) => oneLine(text, most).replaceAll(/\p{Surrogate}/gu, '')

/** Those fields that are there and say something. */
function lines<Card extends object, Name extends keyof Card & string>(
  card: Card,
  ...names: Name[]
): { [Key in Name]?: string } {
  const said = names.map(name => [name, line(String(card[name] ?? ''), 1_000)] as const)
  return Object.fromEntries(said.filter(([, text]) => text !== '')) as { [Key in Name]?: string }
}

function url(card: { url?: string }): { url?: string } {
  const href = webAddress(card.url)
  return href === null ? {} : { url: href }
}
