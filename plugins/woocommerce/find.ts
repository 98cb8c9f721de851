import type { CustomerRecord, SapaContext } from 'sapa/plugin-api'
import { ask, ShopProblem } from './client.ts'
import { readOrder, type Order } from './order.ts'
import { phoneDigits, spellings } from './phone.ts'
import type { Shop } from './settings.ts'

const mostIdentities = 4
const mostOrders = 20

/**
 * The customer's orders, newest first. Only by identities that are proven: whoever types somebody
 * else's address must not bring that person's orders before an agent. The shop searches loosely, so
 * that what comes back is compared once more.
 */
export async function findOrders(
  fetch: SapaContext['fetch'],
  shop: Shop,
  customer: CustomerRecord,
  signal?: AbortSignal
): Promise<Order[]> {
  const proven = customer.identities.filter(one => one.isVerified).slice(0, mostIdentities)
  const emails = proven.filter(one => one.kind === 'email').map(one => one.value.toLowerCase())
  const phones = proven.filter(one => one.kind === 'phone').map(one => one.value)
  const words = [...emails, ...phones.flatMap(phone => spellings(phone, shop.countryCode))]
  const answers = await Promise.all(words.map(word => search(fetch, shop, word, signal)))

  const digits = new Set(phones.map(phone => phoneDigits(phone, shop.countryCode)))
  const isTheirs = (order: Order) =>
    emails.includes(order.email) || digits.has(phoneDigits(order.phone, shop.countryCode))
  const own = new Map(
    answers
      .flat()
      .filter(isTheirs)
      .map(order => [order.id, order])
  )
  return [...own.values()].toSorted((a, b) => b.at - a.at).slice(0, mostOrders)
}

function search(
  fetch: SapaContext['fetch'],
  shop: Shop,
  word: string,
  signal?: AbortSignal
): Promise<Order[]> {
  const query = { search: word, per_page: mostOrders, orderby: 'date', order: 'desc' }
  return listOrders(fetch, shop, query, signal)
}

/** Orders by a query of the shop's own. Throws ShopProblem. */
export async function listOrders(
  fetch: SapaContext['fetch'],
  shop: Shop,
  query: Record<string, string | number>,
  signal?: AbortSignal
): Promise<Order[]> {
  const answer = await ask(fetch, shop, 'orders', query, signal)
  if (!Array.isArray(answer)) throw new ShopProblem('strange', 'no list of orders')
  return answer.map(readOrder)
}
