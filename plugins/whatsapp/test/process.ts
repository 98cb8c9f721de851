import type { Test } from 'tap'
import { startProduct, type Product } from '../../../test/support/product.ts'
import { startProvider, type Provider } from '../provider/start.ts'
import type { Phone } from '../provider/world.ts'
import { formOf } from './world.ts'

export interface Shop extends Product {
  meta: Provider
  phone: Phone
  /** Where Meta calls. */
  url: string
}

/** The built product as a process of its own, with one number. */
export async function openShop(t: Test): Promise<Shop> {
  const meta = await startProvider()
  t.teardown(() => meta.stop())
  const [phone] = meta.world.phones as [Phone]
  const product = await startProduct(t)
  const { server, insist, rows } = product
  await insist('PUT /plugins/whatsapp/activation')
  const settings = formOf(meta.world, phone, meta.url)
  const form = { type: 'whatsapp', name: 'Toko', settings }
  const { id } = await insist('POST /accounts', form)
  const [account] = rows<{ secret: string }>(
    `select webhook_secret as secret from account where id = ${Number(id)}`
  )
  const url = `${server.url}/hooks/whatsapp/${Number(id)}/${account?.secret}`
  return { ...product, meta, phone, url }
}
