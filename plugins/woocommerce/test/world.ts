import type { Test } from 'tap'
import { make } from '../../../test/support/app.ts'
import { apiWorld, type ApiWorld } from '../../../test/support/program.ts'
import { fakeShop, key, secret, type FakeShop } from './shop.ts'

export interface ShopWorld extends ApiWorld {
  shop: FakeShop
  ratna: number
  conversation: number
  /** What a slot shows to an agent beside the conversation. */
  slot(name: string, query?: string): Promise<{ status: number; text: string }>
  save(form: Record<string, string>): Promise<void>
}

/** Sapa with the plugin switched on and a shop; Ratna has a proven address and a proven number. */
export async function shopWorld(t: Test): Promise<ShopWorld> {
  const shop = await fakeShop(t)
  const world = await apiWorld(t, { env: { ALLOW_PRIVATE_HOSTS: shop.host } })
  const { sapa, db, app, as } = world
  const plugin = await sapa.plugins.activate('woocommerce')
  t.match(plugin, { state: 'active' }, plugin.reason ?? '')
  const save = (form: Record<string, string>) =>
    sapa.plugins.saveForm('woocommerce', { url: shop.url, key, secret, ...form })
  await save({})
  const { id: ratna } = await make.customer(db, { name: 'Ratna Kusumawardani' })
  await make.identity(db, { customer_id: ratna, value: 'ratna@dapurkita.example' })
  await make.identity(db, { customer_id: ratna, kind: 'phone', value: '+6281234567788' })
  const { id: conversation } = await make.conversation(db, { customer_id: ratna })
  const slot = async (name: string, query = `conversation=${conversation}`) => {
    const response = await app.inject(as.agent({ url: `/slots/${name}?${query}` }))
    return { status: response.statusCode, text: response.body }
  }
  return { ...world, shop, ratna, conversation, slot, save }
}
