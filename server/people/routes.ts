import { Type } from '../web/type.ts'
import { blockCustomer } from '../conversation/block.ts'
import { agentActor } from '../conversation/event.ts'
import { findCustomer } from '../conversation/merge/merge-customers.ts'
import { unmergeCustomers } from '../conversation/merge/unmerge-customers.ts'
import { changeCustomer } from '../customer/change.ts'
import { readerOf } from '../inbox/reader.ts'
import { shellOf, type Shell } from '../inbox/shell.ts'
import { Budget } from '../plugin-host/slot/budget.ts'
import { showRegion, type ShownRegion } from '../plugin-host/slot/show.ts'
import type { Sapa } from '../sapa.ts'
import type { App, Reply, Request } from '../web/app.ts'
import type { Problem } from '../web/errors.ts'
import { listCustomers, type CustomerPage } from './customer-list.ts'
import { showCustomer, type ShownCustomer } from './customer-page.ts'
import { suggestionRoutes } from './suggestion-routes.ts'

interface CustomerView {
  customer: ShownCustomer
  /** What plugins add. */
  header: ShownRegion
  sidebar: ShownRegion
  problem: string | null
}

declare module '../web/page.ts' {
  interface Views {
    'customer/index': { shell: Shell; typed: string; page: CustomerPage }
    'customer/_rows': { typed: string; page: CustomerPage }
    'customer/show': { shell: Shell } & CustomerView
    'customer/_customer': CustomerView
  }
}

const query = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 100 })),
  before: Type.Optional(Type.String({ maxLength: 40 }))
})
const params = Type.Object({ id: Type.Integer({ minimum: 1 }) })
const eventParams = Type.Object({ id: params.properties.id, event: params.properties.id })
const body = Type.Object({
  name: Type.String({ maxLength: 120 }),
  note: Type.String({ maxLength: 5000 })
})
type WithId = Request & { params: { id: number } }

/** The people who write. */
export function peopleRoomRoutes(app: App, sapa: Sapa): void {
  const { db, clock } = sapa
  const read = { can: 'customer:read' } as const
  const edit = {
    can: 'customer:edit',
    onRefusal: (request: Request, reply: Reply, problem: Problem) =>
      show(request as WithId, reply, problem.text)
  } as const

  app.get(
    '/customers',
    { schema: { querystring: query }, config: read },
    async (request, reply) => {
      const { q = '', before = null } = request.query
      const typed = q.trim()
      const page = await listCustomers(sapa, request.words, { typed, before })
      if (before !== null) return reply.part('customer/_rows', { typed, page })
      const shell = await shellOf(sapa, readerOf(request), '/customers')
      return reply.page('customer/index', { shell, typed, page })
    }
  )

  app.get('/customers/:id', { schema: { params }, config: read }, async (request, reply) => {
    const { id } = await findCustomer(db, request.params.id)
    if (id !== request.params.id) return reply.redirect(`/customers/${id}`, 302)
    return show(request, reply)
  })

  app.post('/customers/:id', { schema: { params, body }, config: edit }, async (request, reply) => {
    const { id } = await findCustomer(db, request.params.id)
    await changeCustomer(db, id, request.body)
    if (request.headers['hx-request']) return show(request, reply)
    return reply.redirect(`/customers/${id}`, 303)
  })

  for (const isOn of [true, false]) {
    const method = isOn ? 'PUT' : 'DELETE'
    app.route<{ Params: { id: number } }>({
      ...{ method, url: '/customers/:id/vip', schema: { params }, config: edit },
      handler: async (request, reply) => {
        const { id } = await findCustomer(db, request.params.id)
        await changeCustomer(db, id, { isVip: isOn })
        return show(request, reply)
      }
    })
    app.route<{ Params: { id: number } }>({
      ...{ method, url: '/customers/:id/block', schema: { params }, config: edit },
      handler: async (request, reply) => {
        const { id } = await findCustomer(db, request.params.id)
        await blockCustomer(db, id, isOn, agentActor(readerOf(request).agent.id), clock())
        return show(request, reply)
      }
    })
  }

  app.delete(
    '/customers/:id/merges/:event',
    { schema: { params: eventParams }, config: edit },
    async (request, reply) => {
      const { agent } = readerOf(request)
      await unmergeCustomers(db, request.params.event, agentActor(agent.id), clock())
      return show(request, reply)
    }
  )

  suggestionRoutes(app, sapa)

  async function show(request: WithId, reply: Reply, problem: string | null = null) {
    const reader = readerOf(request)
    const customer = await showCustomer(sapa, request.words, request.params.id)
    const budget = new Budget()
    const props = { customer: customer.id, conversation: null }
    const [header, sidebar] = await Promise.all([
      showRegion(sapa, reader, 'customer.header', props, budget),
      showRegion(sapa, reader, 'customer.sidebar', props, budget)
    ])
    const view = { customer, header, sidebar, problem }
    if (request.headers['hx-request']) return reply.part('customer/_customer', view)
    const shell = await shellOf(sapa, reader, '/customers')
    return reply.page('customer/show', { shell, ...view })
  }
}
