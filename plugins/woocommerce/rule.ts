import type { SapaContext } from 'sapa/plugin-api'
import { isOpen } from './order.ts'
import type { Orders } from './orders.ts'

/** "Has an open order", for rules. A shop that does not answer is an error, not a no. */
export function addRules(sapa: SapaContext, orders: Orders): void {
  sapa.rules.condition({
    id: 'open-order',
    label: { en: 'Customer has an open order', id: 'Pelanggan punya pesanan berjalan' },
    params: {
      atLeast: {
        type: 'number',
        label: { en: 'Worth at least', id: 'Nilai paling sedikit' },
        min: 0,
        default: 0
      }
    },
    async test({ atLeast = 0 }, { customer }) {
      const found = await orders.of(customer)
      if (found?.problem) throw found.problem
      const open = found?.known.orders.filter(isOpen) ?? []
      return open.some(order => Number(order.total) >= Number(atLeast))
    }
  })
}
