import type { Test } from 'tap'
import type { PluginEntry } from '../../server/plugin-host/host.ts'
import { inboxWorld, type InboxWorld } from '../inbox/world.ts'
import { dropPlugin } from './plugin.ts'

export interface SlotWorld extends InboxWorld {
  add(name: string, body: string): Promise<PluginEntry>
  entry: PluginEntry
  get(url: string, who?: keyof InboxWorld['as']): Promise<{ status: number; body: string }>
  conversation: number
  customer: number
}

/** A Sapa with one conversation and a plugin whose `setup` is `code`. */
export async function slotWorld(t: Test, code: string, id = 'pesanan'): Promise<SlotWorld> {
  const world = await inboxWorld(t)
  const conversation = await world.mail()
  const add = async (name: string, body: string) => {
    dropPlugin(world.dataDir, name, body, {
      manifest: { title: { en: `Shop ${name}`, id: `Toko ${name}` } }
    })
    return world.sapa.plugins.activate(name)
  }
  const entry = await add(id, code)
  const get = async (url: string, who: keyof typeof world.as = 'agent') => {
    const { statusCode, body } = await world.app.inject(world.as[who]({ method: 'GET', url }))
    return { status: statusCode, body }
  }
  const { customer_id: customer } = await world.db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', conversation)
    .executeTakeFirstOrThrow()
  return { ...world, add, entry, get, conversation, customer }
}

export const sidebar = (render: string, more = '') => `
  sapa.slot('customer.sidebar', { id: 'daftar', title: { en: 'Orders', id: 'Pesanan' }, ${more}
    render: async (props, viewer, signal) => { ${render} } })`
