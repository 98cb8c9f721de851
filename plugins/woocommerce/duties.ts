import type { SapaContext } from 'sapa/plugin-api'
import { ShopProblem } from './client.ts'
import type { Orders } from './orders.ts'
import { forget, forgetOld } from './store.ts'

const keepMs = 30 * 24 * 60 * 60_000

/** What must happen without anybody asking. */
export function addDuties(sapa: SapaContext, orders: Orders): void {
  const { db } = sapa
  sapa.personal({
    export: async ({ id }) => (await orders.known([id])).get(id) ?? null,
    erase: ({ id }) => forget(db, [id])
  })
  sapa.jobs.handle('forget', () => forgetOld(db, Date.now() - keepMs))
  sapa.jobs.every('forget', '29 3 * * *')
  // The identities of both are one person's now: what was found by half of them is not the whole.
  sapa.consume('customer.merged', 'merged', ({ facts }) => forget(db, [facts.customer, facts.from]))
  // Ready when the agent looks, and for the chip in the list.
  sapa.on('conversation.opened', async ({ customer }) => {
    try {
      await orders.of(customer)
    } catch (error) {
      if (!(error instanceof ShopProblem)) throw error
    }
  })
}
