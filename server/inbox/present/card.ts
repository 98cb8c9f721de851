import type { Translator } from '../../i18n/words.ts'
import type { MessageCard } from '../../plugin-api/event.ts'
import { isWebAddress } from './link.ts'

/** What is no text and no file, ready to be read. */
export type ShownCard =
  | {
      kind: 'place'
      name: string
      address: string | null
      /** As maps take them. */
      coordinates: string
      map: string
      url: string | null
    }
  | {
      kind: 'contact'
      name: string
      organisation: string | null
      ways: { icon: 'phone' | 'mail'; value: string }[]
    }
  | {
      kind: 'order'
      items: { name: string; quantity: string; price: string | null }[]
      sum: string | null
      note: string | null
    }
  | { kind: 'link'; title: string; text: string | null; url: string | null; host: string | null }

export function presentCard(card: MessageCard, words: Translator): ShownCard {
  if (card.kind === 'place') return placeOf(card, words)
  if (card.kind === 'contact') return contactOf(card, words)
  if (card.kind === 'order') return orderOf(card, words)
  const url = webAddress(card.url)
  const host = url === null ? null : new URL(url).host
  const title = lineOf(card.title) ?? host ?? words.t('preview.link')
  return { kind: 'link', title, text: lineOf(card.text), url, host }
}

type Card<Kind extends MessageCard['kind']> = Extract<MessageCard, { kind: Kind }>

function placeOf(card: Card<'place'>, words: Translator): ShownCard {
  const [latitude, longitude] = [degrees(card.latitude, 90), degrees(card.longitude, 180)]
  return {
    kind: 'place',
    name: lineOf(card.name) ?? words.t('preview.place'),
    address: lineOf(card.address),
    coordinates: `${latitude}, ${longitude}`,
    map: `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`,
    url: webAddress(card.url)
  }
}

const degrees = (value: number, most: number) =>
  String(Number(Math.max(-most, Math.min(most, value || 0)).toFixed(6)))

function contactOf(card: Card<'contact'>, words: Translator): ShownCard {
  const lines = (values: string[], icon: 'phone' | 'mail') =>
    values.flatMap(value => lineOf(value) ?? []).map(value => ({ icon, value }))
  return {
    kind: 'contact',
    name: lineOf(card.name) ?? words.t('preview.contact'),
    organisation: lineOf(card.organisation),
    ways: [...lines(card.phones, 'phone'), ...lines(card.emails, 'mail')]
  }
}

function orderOf({ items, note }: Card<'order'>, words: Translator): ShownCard {
  const [first] = items
  const currency = first?.currency
  const isSummable =
    currency !== undefined &&
    items.every(item => item.price !== undefined && item.currency === currency)
  const sum = items.reduce((all, item) => all + item.quantity * (item.price ?? 0), 0)
  return {
    kind: 'order',
    items: items.map(item => ({
      name: lineOf(item.name) ?? '',
      quantity: words.number(item.quantity),
      price: priceOf(item, words)
    })),
    sum: isSummable ? words.money(sum, currency) : null,
    note: lineOf(note)
  }
}

function priceOf(
  { quantity, price, currency }: Card<'order'>['items'][number],
  words: Translator
): string | null {
  if (price === undefined) return null
  const amount = quantity * price
  return currency === undefined ? words.number(amount) : words.money(amount, currency)
}

/** A name before the host makes one address look like another. */
function webAddress(url: string | undefined): string | null {
  if (url === undefined || url.length > 2000 || !isWebAddress(url)) return null
  const { username, password, href } = new URL(url)
  return username === '' && password === '' ? href : null
}

const longest = 1000

/** One line without signs that turn the direction; null when nothing is left. */
function lineOf(text: string | undefined): string | null {
  const line = (text ?? '')
    .slice(0, longest)
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return line === '' ? null : line
}
