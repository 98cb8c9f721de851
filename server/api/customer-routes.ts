import { Type, type Static } from '../web/type.ts'
import type { Agent } from '../agent/table.ts'
import { blockCustomer } from '../conversation/block.ts'
import { agentActor } from '../conversation/event.ts'
import { mergeCustomers } from '../conversation/merge/merge-customers.ts'
import { findMerge, unmergeCustomers } from '../conversation/merge/unmerge-customers.ts'
import { changeCustomer } from '../customer/change.ts'
import { normalise } from '../customer/normalise.ts'
import type { Db } from '../db/schema.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Sapa } from '../sapa.ts'
import { getSetting } from '../setting/get.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { customer, tellCustomer, tellCustomers } from './customer.ts'
import { once } from './once.ts'
import { cutPage, defaultLimit, described, id, idOf, idParams, line } from './schema.ts'
import { nullable, onceHeaders, pageOf, pageQuery, ref } from './schema.ts'

const tag = 'customers'

const query = Type.Object({
  ...pageQuery,
  address: Type.Optional(
    Type.String({ ...line(320), description: 'An e-mail address, a number or an id, exactly' })
  )
})

const patch = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 120 })),
  note: Type.Optional(Type.String({ maxLength: 10_000 })),
  is_vip: Type.Optional(Type.Boolean()),
  is_blocked: Type.Optional(Type.Boolean()),
  locale: Type.Optional(nullable(Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' })))
})

export function customerRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/customers',
    {
      schema: described(tag, 'List customers, the newest first', {
        querystring: query,
        response: { 200: pageOf(customer, 'A page of customers') }
      }),
      config: { can: 'customer:read' }
    },
    async request => {
      const { shown, next } = await pageOfCustomers(sapa.reader, request.query)
      return { data: await tellCustomers(sapa.reader, shown), next }
    }
  )

  api.get(
    '/customers/:id',
    {
      schema: described(tag, 'Read a customer', {
        params: idParams,
        response: { 200: ref(customer, 'The customer') }
      }),
      config: { can: 'customer:read' }
    },
    request => tellCustomer(sapa.reader, request.params.id)
  )

  api.patch(
    '/customers/:id',
    {
      schema: described(tag, 'Change a customer', {
        params: idParams,
        body: patch,
        response: { 200: ref(customer, 'The customer as it is now') }
      }),
      config: { can: 'customer:edit' }
    },
    request =>
      patchCustomer(sapa.db, request.params.id, agentOf(request), request.body, sapa.clock())
  )

  mergeRoutes(api, sapa)
}

/** Merging is a resource: who was merged into whom. */
function mergeRoutes(api: App, sapa: Sapa): void {
  api.post(
    '/customers/:id/merges',
    {
      schema: described(tag, 'Make one customer of two', {
        params: idParams,
        headers: onceHeaders,
        body: Type.Object({ customer_id: id }),
        response: { 201: ref(customer, 'The older of the two, with the addresses of both') }
      }),
      config: { can: 'customer:edit' }
    },
    (request, reply) => {
      const actor = agentActor(agentOf(request).id)
      reply.code(201)
      return once(sapa, request, reply, async (trx, now) => {
        const both = [request.params.id, request.body.customer_id] as const
        return tellCustomer(trx, await mergeCustomers(trx, both, actor, now))
      })
    }
  )

  api.delete(
    '/customers/:id/merges/:customer_id',
    {
      schema: described(tag, 'Undo a merge', {
        params: Type.Object({ id, customer_id: id }),
        response: { 200: ref(customer, 'The customer that was merged, on its own again') }
      }),
      config: { can: 'customer:edit' }
    },
    request =>
      inTransaction(sapa.db, async trx => {
        const actor = agentActor(agentOf(request).id)
        const { id: intoId, customer_id: fromId } = request.params
        const event = await findMerge(trx, intoId, fromId)
        return tellCustomer(trx, await unmergeCustomers(trx, event, actor, sapa.clock()))
      })
  )
}

async function patchCustomer(
  db: Db,
  customerId: number,
  agent: Agent,
  { name, note, locale, is_vip: isVip, is_blocked: isBlocked }: Static<typeof patch>,
  now: Date
) {
  return inTransaction(db, async trx => {
    await changeCustomer(trx, customerId, { name, note, locale, isVip })
    if (isBlocked !== undefined) {
      await blockCustomer(trx, customerId, isBlocked, agentActor(agent.id), now)
    }
    return tellCustomer(trx, customerId)
  })
}

async function pageOfCustomers(db: Db, asked: Static<typeof query>) {
  const { limit = defaultLimit, address } = asked
  const before = idOf(asked.cursor)
  let rows = db
    .selectFrom('customer')
    .select('id')
    .where('merged_into', 'is', null)
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (before !== undefined) rows = rows.where('id', '<', before)
  if (address) rows = rows.where('id', 'in', await holdersOf(db, address))
  const { shown, next } = cutPage(await rows.execute(), limit)
  return { shown: shown.map(row => row.id), next }
}

/** Each kind has a spelling of its own, and an index that begins with the kind. */
async function holdersOf(db: Db, address: string): Promise<number[]> {
  const country = await getSetting(db, 'country')
  const kinds = (['email', 'phone', 'external'] as const).flatMap(
    kind => normalise({ kind, value: address }, country) ?? []
  )
  const rows = await db
    .selectFrom('identity')
    .select('customer_id')
    .where(eb =>
      eb.or(
        kinds.map(({ kind, value }) => eb.and([eb('kind', '=', kind), eb('value', '=', value)]))
      )
    )
    .limit(1000)
    .execute()
  return rows.map(row => row.customer_id)
}
