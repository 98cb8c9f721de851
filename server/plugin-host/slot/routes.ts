import { forbidden, notFound } from '../../errors.ts'
import { slotRules } from '../../plugin-api/slots.ts'
import type { Sapa } from '../../sapa.ts'
import type { App, Request } from '../../web/app.ts'
import { agentOf } from '../../web/permission.ts'
import { Type } from '../../web/type.ts'
import type { Placed } from './registry.ts'
import { drawChips, visibleRows, type RowChip } from './show-rows.ts'
import { drawSlot, frameOf, showRegion, type ShownRegion, type ShownSlot } from './show.ts'
import type { SingleSlot } from './show.ts'
import { findSubject } from './subject.ts'
import { maySee, type SlotReader } from './viewer.ts'

declare module '../../web/page.ts' {
  interface Views {
    'slot/_region': { region: ShownRegion; look: SlotLook }
    'slot/_chips': { chips: RowChip[] }
    'slot/_content': { slot: ShownSlot; look: SlotLook }
  }
}

/** `pane`: a block of the customer pane. `card`: a card of a page. `line`: between other controls. `menu`: entries of one. */
export type SlotLook = 'pane' | 'card' | 'line' | 'menu'

const id = Type.Optional(Type.Integer({ minimum: 1 }))
const time = Type.Optional(Type.Integer({ minimum: 0 }))
const querystring = Type.Object({ conversation: id, customer: id, from: time, to: time })
const params = Type.Object({ name: Type.String({ maxLength: 40 }) })
const slotParams = Type.Object({
  name: params.properties.name,
  slot: Type.String({ maxLength: 90 })
})

const chipParams = Type.Object({ slot: slotParams.properties.slot })
/** A page of the list has 40 rows. */
const chipQuery = Type.Object({ rows: Type.String({ pattern: '^\\d{1,12}(,\\d{1,12}){0,99}$' }) })

/** What plugins add to pages, each part by its own address. */
export function slotRoutes(app: App, sapa: Sapa): void {
  const config = { can: 'conversation:read' } as const

  app.get('/slots/:name', { schema: { params, querystring }, config }, async (request, reply) => {
    const name = known(request.params.name)
    const reader = readerOf(request)
    const props = await findSubject(sapa, reader, name, request.query)
    const region = await showRegion(sapa, reader, name, props)
    return reply.part('slot/_region', { region, look: lookOf(name, request.query) })
  })

  app.get(
    '/slots/inbox.row.meta/:slot',
    { schema: { params: chipParams, querystring: chipQuery }, config },
    async (request, reply) => {
      const reader = readerOf(request)
      const [plugin = '', slotId = ''] = request.params.slot.split('.')
      const { slots, permissions } = sapa.plugins.offers
      const placed = slots.find('inbox.row.meta', plugin, slotId)
      if (!placed) throw notFound('slot')
      if (!maySee(permissions, reader, placed)) throw forbidden()
      const ids = request.query.rows.split(',').map(Number)
      const rows = await visibleRows(sapa.reader, reader.agent, ids)
      return reply.part('slot/_chips', { chips: await drawChips(sapa, reader, placed, rows) })
    }
  )

  app.get(
    '/slots/:name/:slot',
    { schema: { params: slotParams, querystring }, config },
    async (request, reply) => {
      const name = known(request.params.name)
      const reader = readerOf(request)
      const [plugin = '', slotId = ''] = request.params.slot.split('.')
      const { slots, permissions } = sapa.plugins.offers
      const placed = slots.find(name, plugin, slotId)
      if (!placed) throw notFound('slot')
      if (!maySee(permissions, reader, placed)) throw forbidden()
      const props = await findSubject(sapa, reader, name, request.query)
      const one = placed as Placed<typeof name>
      const drawn = await drawSlot(sapa, reader, name, one, props)
      const slot = { ...frameOf(name, one, props, reader), ...drawn }
      return reply.part('slot/_content', { slot, look: lookOf(name, request.query) })
    }
  )
}

function known(name: string): SingleSlot {
  if (!Object.hasOwn(slotRules, name) || name === 'inbox.row.meta') throw notFound('slot')
  return name as SingleSlot
}

function lookOf(name: SingleSlot, query: { conversation?: number }): SlotLook {
  if (name === 'customer.sidebar') return query.conversation ? 'pane' : 'card'
  if (name === 'conversation.actions') return 'menu'
  return name.endsWith('.cards') ? 'card' : 'line'
}

function readerOf(request: Request): SlotReader {
  return { agent: agentOf(request), words: request.words }
}
