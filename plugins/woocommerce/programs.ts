import type { SapaContext } from 'sapa/plugin-api'
import { ShopProblem } from './client.ts'
import { listOrders } from './find.ts'
import type { Orders } from './orders.ts'
import { shopOf } from './settings.ts'

/** For programs: orders of a customer by the API, and a look from the command line. */
export function addPrograms(sapa: SapaContext, orders: Orders): void {
  sapa.route({
    method: 'GET',
    path: '/customers/:id/orders',
    access: 'api',
    permission: 'orders',
    summary: 'Orders of a customer',
    async handle({ params }) {
      const id = Number(params['id'])
      if (!Number.isSafeInteger(id) || id < 1 || !(await sapa.customers.find(id))) {
        return { status: 404, body: problem('not_found', 'No such customer') }
      }
      try {
        const found = await orders.of(id)
        if (!found) return { status: 409, body: problem('not_set_up', 'The shop is not connected') }
        const { known, problem: trouble } = found
        const fetchedAt = new Date(known.fetchedAt).toISOString()
        return { body: { data: known.orders, fetched_at: fetchedAt, is_stale: trouble !== null } }
      } catch (error) {
        if (!(error instanceof ShopProblem)) throw error
        return { status: 502, body: problem(error.kind, 'The shop did not answer') }
      }
    }
  })
  sapa.command({
    name: 'orders',
    summary: 'newest orders of the shop; with words, those that the shop finds for them',
    async run(words, terminal) {
      const shop = shopOf(sapa.settings.get())
      if (!shop) {
        terminal.say('The shop is not connected: fill in the settings of this plugin.')
        return 1
      }
      const query = { per_page: 10, ...(words.length > 0 && { search: words.join(' ') }) }
      const found = await listOrders(sapa.fetch, shop, query, terminal.signal)
      for (const { number, status, total, currency } of found) {
        terminal.say(`#${number}  ${status.padEnd(12)} ${currency} ${total}`)
      }
      return 0
    }
  })
}

const problem = (code: string, message: string) => ({ error: { code, message } })
