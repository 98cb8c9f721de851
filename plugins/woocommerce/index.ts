import type { SapaPlugin } from 'sapa/plugin-api'
import { addDuties } from './duties.ts'
import { Orders } from './orders.ts'
import { addPage } from './page.ts'
import { addPrograms } from './programs.ts'
import { addRules } from './rule.ts'
import { addSalesCards } from './sales.ts'
import { settings } from './settings.ts'
import { testShop } from './shop-test.ts'
import { addSlots } from './slots.ts'

export default {
  settings,
  test: testShop,
  setup(sapa) {
    const orders = new Orders(sapa)
    sapa.permission({
      name: 'orders',
      label: { en: 'See orders', id: 'Melihat pesanan' },
      role: 'agent'
    })
    addSlots(sapa, orders)
    addSalesCards(sapa)
    addRules(sapa, orders)
    addDuties(sapa, orders)
    addPage(sapa)
    addPrograms(sapa, orders)
  }
} satisfies SapaPlugin
