import type { SapaContext } from 'sapa/plugin-api'
import { ShopProblem } from './client.ts'
import { findOrders } from './find.ts'
import { shopOf } from './settings.ts'
import { findKnown, remember, type Known } from './store.ts'

const freshMs = 5 * 60_000

export interface CustomerOrders {
  known: Known
  /** The shop did not answer: what is shown is older. */
  problem: ShopProblem | null
}

/** Orders of customers, from the shop or from what it said a moment ago. */
export class Orders {
  readonly #sapa: SapaContext
  readonly #asking = new Map<number, Promise<Known>>()

  constructor(sapa: SapaContext) {
    this.#sapa = sapa
  }

  /** Null: there is no such customer, or the shop is not set up. Throws ShopProblem when nothing is known. */
  async of(customer: number): Promise<CustomerOrders | null> {
    if (!shopOf(this.#sapa.settings.get())) return null
    const known = (await findKnown(this.#sapa.db, [customer])).get(customer)
    if (known && known.fetchedAt > Date.now() - freshMs) return { known, problem: null }
    try {
      return { known: await this.#askOnce(customer), problem: null }
    } catch (error) {
      if (!(error instanceof ShopProblem) || !known) throw error
      return { known, problem: error }
    }
  }

  /** What is known without asking the shop. */
  known(customers: number[]): Promise<Map<number, Known>> {
    return findKnown(this.#sapa.db, customers)
  }

  /** Several pages that open at once ask the shop once. */
  #askOnce(customer: number): Promise<Known> {
    const asking = this.#asking.get(customer) ?? this.#ask(customer)
    this.#asking.set(customer, asking)
    const done = () => void this.#asking.delete(customer)
    asking.then(done, done)
    return asking
  }

  async #ask(customer: number): Promise<Known> {
    const { customers, fetch, settings, db, signal } = this.#sapa
    const shop = shopOf(settings.get())
    const record = await customers.find(customer)
    const orders = shop && record ? await findOrders(fetch, shop, record, signal) : []
    const known = { orders, fetchedAt: Date.now() }
    await remember(db, customer, known)
    return known
  }
}
