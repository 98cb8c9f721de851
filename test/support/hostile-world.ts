import type { Test } from 'tap'
import { chatWorld, type ChatWorld } from './chat-world.ts'
import { dropPlugin } from './plugin.ts'
import { checkSoon } from './soon.ts'

const innocent = `
  sapa.route({ method: 'GET', path: '/salam', access: 'public', handle: async () => ({ body: 'Halo' }) })
  sapa.slot('customer.header', { id: 'sapaan', title: { en: 'Hi', id: 'Hai' }, render: () => sapa.html\`<b>Tetangga sehat</b>\` })
  sapa.filter('message.inbound', value => ({ ...value, text: value.text + ' ✓' }))`

export interface HostileWorld extends ChatWorld {
  url: string
  /** Drops a plugin and tries to switch it on, as an owner does on the page. */
  enter(id: string, code: string, more?: Parameters<typeof dropPlugin>[3]): Promise<void>
  /** The inbox answers as ever, the neighbour works, and the page tells what is true. */
  stands(id: string, state: string, reason?: RegExp): Promise<void>
  /** Switches it on or off on the page. */
  change(id: string, verb: 'activation' | 'deactivation'): Promise<void>
  get(path: string, who?: keyof ChatWorld['as']): Promise<{ status: number; body: string }>
  faults(id: string): Promise<{ entry: string; text: string }[]>
}

/** A Sapa with a conversation and a plugin that minds its own business, next to which others misbehave. */
export async function hostileWorld(t: Test): Promise<HostileWorld> {
  const world = await chatWorld(t)
  const { app, as, sapa, dataDir, first } = world
  await world.add('tetangga', innocent)
  const url = `/conversations/${first.conversation_id}`

  const get = async (path: string, who: keyof ChatWorld['as'] = 'agent') => {
    const { statusCode, body } = await app.inject(as[who]({ method: 'GET', url: path }))
    return { status: statusCode, body }
  }

  const change = async (id: string, verb: string) => {
    const response = await app.inject(
      as.owner({
        method: 'POST',
        url: '/plugins/changes',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `change=${verb}&id=${id}`
      })
    )
    t.equal(response.statusCode, 303, `${id}: ${verb}`)
  }

  const enter: HostileWorld['enter'] = async (id, code, more) => {
    dropPlugin(dataDir, id, code, more)
    await get('/plugins', 'owner')
    await change(id, 'activation')
  }

  const stands: HostileWorld['stands'] = async (id, state, reason) => {
    await checkSoon(t, `${id}: the inbox`, async () =>
      t.match(
        await get('/inbox/all'),
        { status: 200, body: /Ratna|ratna|Halo/ },
        `${id}: the inbox`
      )
    )
    t.equal((await app.inject({ url: '/p/tetangga/salam' })).body, 'Halo', `${id}: its route`)
    t.match((await get(url)).body, 'Tetangga sehat', `${id}: its slot`)
    t.match((await world.receive('Pompa bocor')).text, / ✓$/, `${id}: its filter`)
    const told = await world.call.admin(`GET /plugins/${id}`)
    t.match(told.body, { state, ...(reason && { reason }) }, `${id}: what is told to programs`)
    const list = await get('/plugins', 'admin')
    t.equal(list.status, 200)
    const row = list.body.slice(list.body.indexOf(`id="plugin-${id}"`))
    t.match(row.slice(0, row.indexOf('</article>')), reason ?? /switch/, `${id}: the page`)
    t.equal((await get(`/plugins/${id}/log`, 'admin')).status, 200, `${id}: its log`)
  }

  const faults = (id: string) => sapa.plugins.calls.faults.list(id)
  return { ...world, url, get, change, enter, stands, faults }
}
