import type { MessageCard } from 'sapa/plugin-api'
import { filled, objectsOf, textAt, textOf, type Loose } from './loose.ts'

type Card<Kind extends MessageCard['kind']> = Extract<MessageCard, { kind: Kind }>

export function placeCard(part: Loose): Card<'place'> {
  const { latitude, longitude } = part
  if (typeof latitude !== 'number' || typeof longitude !== 'number') {
    throw new Error('The place is nowhere')
  }
  const texts = filled({
    name: textOf(part['name']),
    address: textOf(part['address']),
    url: linkOf(part['url'])
  })
  return { kind: 'place', latitude, longitude, ...texts }
}

/** Somebody's cards: never the sender's own addresses. */
export function contactCards(part: unknown): Card<'contact'>[] {
  return objectsOf(part).map(contact => {
    const organisation = textAt(contact['org'], 'company')
    const name = textAt(contact['name'], 'formatted_name') || textAt(contact['name'], 'first_name')
    return {
      kind: 'contact',
      name,
      phones: listed(contact['phones'], 'phone', 'wa_id'),
      emails: listed(contact['emails'], 'email'),
      ...filled({ organisation })
    }
  })
}

const listed = (list: unknown, ...names: string[]) =>
  objectsOf(list)
    .map(one => names.map(name => textOf(one[name])).find(Boolean) ?? '')
    .filter(Boolean)

export function orderCard(part: Loose): Card<'order'> {
  const note = textOf(part['text'])
  return {
    kind: 'order',
    items: objectsOf(part['product_items']).map(item => ({
      name: textOf(item['product_retailer_id']),
      quantity: Number(textOf(item['quantity'])) || 0,
      ...priceOf(item)
    })),
    ...filled({ note })
  }
}

function priceOf(item: Loose): { price?: number; currency?: string } {
  const price = Number(textOf(item['item_price']) || NaN)
  const currency = textOf(item['currency'])
  return { ...(Number.isFinite(price) && { price }), ...filled({ currency }) }
}

/** The advertisement or post that led here. */
export function referralCard(referral: Loose): Card<'link'> {
  const texts = filled({ text: textOf(referral['body']), url: linkOf(referral['source_url']) })
  const title = textOf(referral['headline']) || textOf(referral['source_url']) || 'Meta'
  return { kind: 'link', title, ...texts }
}

const linkOf = (value: unknown) => (/^https?:\/\//i.test(textOf(value)) ? textOf(value) : '')
