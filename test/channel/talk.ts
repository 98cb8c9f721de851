import type { Test } from 'tap'
import type { InboundEvent, InboundMessage } from '../../server/plugin-api/event.ts'
import { buyer, mailOf, openShop, type Shop } from './shop.ts'
import { messagesOf, only } from './timeline.ts'

export const threadKey = buyer.value

export interface Talk extends Shop {
  /** A message of the buyer in the chat; its remote id is `id`. */
  say(id: string, text: string, more?: Partial<InboundMessage>): Promise<void>
  /** Something about what is there, a second later. */
  tell(event: object, account?: number): Promise<void>
}

/** A shop with a chat, whose clock goes on by a second with each event. */
export async function talk(t: Test): Promise<Talk> {
  const shop = await openShop(t)
  let count = 0
  const next = () => {
    shop.clock.now = new Date(shop.clock.now.getTime() + 1_000)
    return { key: `k-${++count}`, at: shop.clock.now.getTime() }
  }
  return {
    ...shop,
    say: (id, text, more = {}) =>
      shop.deliver(shop.chat, [
        mailOf({ ...next(), remoteId: id, from: [buyer], threadKey, subject: '', text, ...more })
      ]),
    tell: (event, account = shop.chat) =>
      shop.deliver(account, [{ ...next(), ...event } as InboundEvent])
  }
}

export const first = async (shop: Shop) => (await messagesOf(shop, (await only(shop)).id))[0]

export const textsOf = async (shop: Shop) =>
  (await messagesOf(shop, (await only(shop)).id)).map(message => message.text)

export const versionsOf = ({ db }: Shop) =>
  db.selectFrom('message_version').select(['text', 'replaced_at']).orderBy('id').execute()
