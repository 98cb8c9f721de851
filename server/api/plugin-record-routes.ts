import { Type } from '../web/type.ts'
import { notFound } from '../errors.ts'
import { listErasures, requestErasure } from '../plugin-host/personal/erase.ts'
import { findCustomerRecord } from '../plugin-host/record/customer.ts'
import { inLocale } from '../plugin-host/form/fields.ts'
import { listKeepers, type Keeper } from '../plugin-host/personal/keeper.ts'
import type { CustomerRecord } from '../plugin-api/records.ts'
import type { Sapa } from '../sapa.ts'
import type { App } from '../web/app.ts'
import { agentOf } from '../web/permission.ts'
import { cutPage, defaultLimit, described, idOf, idParams, named, nullableId } from './schema.ts'
import { moment, nullableMoment, nullableText, pageOf, pageQuery, told } from './schema.ts'

const tag = 'customers'

const pluginRecords = Type.Object({
  plugin: Type.String(),
  title: Type.String(),
  state: Type.Enum(['answered', 'nothing', 'off', 'too_slow', 'failed'], {
    description: '`off`: switched off or removed, so it could not say; ask again when it is on'
  }),
  records: Type.Unknown({ description: 'What it keeps, in its own shape; or null' })
})

export const erasure = named('PluginErasure', {
  id: Type.Integer(),
  plugin: Type.String(),
  state: Type.Enum(['waiting', 'done']),
  is_plugin_active: Type.Boolean({ description: 'False: it waits until the plugin is on' }),
  attempts: Type.Integer(),
  error: nullableText,
  requested_by: nullableId,
  requested_at: moment,
  done_at: nullableMoment
})

/** What plugins keep about a customer, for requests of customers: to tell it, and to erase it. */
export function pluginRecordRoutes(api: App, sapa: Sapa): void {
  api.get(
    '/customers/:id/plugin-records',
    {
      schema: described(tag, 'Export what plugins keep of a customer', {
        params: idParams,
        response: { 200: Type.Object({ data: Type.Array(pluginRecords) }, { description: 'All' }) }
      }),
      config: { can: 'plugin:manage' }
    },
    async request => {
      const customer = await findCustomer(sapa, request.params.id)
      const keepers = await listKeepers(sapa.reader)
      const { locale } = agentOf(request)
      return { data: await Promise.all(keepers.map(one => ask(sapa, one, customer, locale))) }
    }
  )

  api.delete(
    '/customers/:id/plugin-records',
    {
      schema: described(tag, 'Have plugins forget a customer', {
        params: idParams,
        response: { 202: pageOf(erasure, 'One task for each plugin, done as soon as it can be') }
      }),
      config: { can: 'owner:manage' }
    },
    async (request, reply) => {
      const customer = await findCustomer(sapa, request.params.id)
      const plugins = (await listKeepers(sapa.reader)).map(keeper => keeper.plugin)
      const by = agentOf(request).id
      await requestErasure(sapa, { plugins, customer, by }, sapa.clock())
      reply.code(202)
      return pageOfErasures(sapa, customer.id, {})
    }
  )

  api.get(
    '/customers/:id/plugin-records/erasures',
    {
      schema: described(tag, 'How far plugins have forgotten a customer, the newest first', {
        params: idParams,
        querystring: Type.Object(pageQuery),
        response: { 200: pageOf(erasure, 'A page of erasures') }
      }),
      config: { can: 'plugin:manage' }
    },
    async request => {
      const { id } = request.params
      // The customer may be gone by now, which the plugins' work outlives.
      const customer = await findCustomerRecord(sapa.reader, id)
      const page = await pageOfErasures(sapa, customer?.id ?? id, request.query)
      if (!customer && page.data.length === 0) throw notFound('customer')
      return page
    }
  )
}

async function findCustomer({ reader }: Sapa, id: number): Promise<CustomerRecord> {
  const customer = await findCustomerRecord(reader, id)
  if (!customer) throw notFound('customer')
  return customer
}

async function ask(sapa: Sapa, { plugin, title }: Keeper, who: CustomerRecord, locale: string) {
  const { personal } = sapa.plugins.offers
  const answer = personal.has(plugin)
    ? await personal.export(plugin, who)
    : { state: 'off' as const, records: null }
  return { plugin, title: inLocale(title, locale), ...answer }
}

async function pageOfErasures(
  { db, plugins }: Sapa,
  customer: number,
  { limit = defaultLimit, cursor }: { limit?: number; cursor?: string }
) {
  const range = { limit: limit + 1, before: idOf(cursor) }
  const { shown, next } = cutPage(await listErasures(db, customer, range), limit)
  const data = shown.map(({ plugin_id: plugin, requested_at, done_at, ...row }) => ({
    ...{ ...row, plugin, is_plugin_active: plugins.offers.personal.has(plugin) },
    ...{ requested_at: told(requested_at), done_at: told(done_at) }
  }))
  return { data, next }
}
