import { may } from '../../agent/permission.ts'
import { findVisible } from '../../conversation/access.ts'
import { findCustomer } from '../../conversation/merge/merge-customers.ts'
import { notFound } from '../../errors.ts'
import type { Slots } from '../../plugin-api/slots.ts'
import type { Sapa } from '../../sapa.ts'
import { Forbidden } from '../../web/permission.ts'
import type { SingleSlot } from './show.ts'
import type { SlotReader } from './viewer.ts'

export interface SubjectQuery {
  conversation?: number
  customer?: number
  from?: number
  to?: number
}

/** What a slot is asked about, seen by this reader with the rules of the page that it stands in. */
export async function findSubject<Name extends SingleSlot>(
  sapa: Pick<Sapa, 'reader'>,
  reader: SlotReader,
  name: Name,
  query: SubjectQuery
): Promise<Slots[Name]> {
  return subjects[name](sapa, reader, query)
}

type Find<Props> = (
  sapa: Pick<Sapa, 'reader'>,
  reader: SlotReader,
  query: SubjectQuery
) => Promise<Props>

const customer: Find<Slots['customer.sidebar']> = async ({ reader: db }, reader, query) => {
  if (query.conversation) {
    const row = await findVisible(db, query.conversation, reader.agent)
    return { customer: row.customer_id, conversation: row.id }
  }
  if (!may(reader.agent.role, 'customer:read')) throw new Forbidden('customer:read')
  return { customer: (await findCustomer(db, query.customer ?? 0)).id, conversation: null }
}

const conversation: Find<Slots['conversation.actions']> = async ({ reader: db }, reader, query) => {
  const row = await findVisible(db, query.conversation ?? 0, reader.agent)
  return { conversation: row.id, customer: row.customer_id, channel: row.channel }
}

const today: Find<Slots['dashboard.cards']> = async (_sapa, reader) => {
  if (!may(reader.agent.role, 'report:read')) throw new Forbidden('report:read')
  return {}
}

const report: Find<Slots['report.cards']> = async (_sapa, reader, { from, to }) => {
  if (!may(reader.agent.role, 'report:read')) throw new Forbidden('report:read')
  if (from === undefined || to === undefined || from >= to) throw notFound('report')
  return { from, to }
}

const subjects: { readonly [Name in SingleSlot]: Find<Slots[Name]> } = {
  'customer.sidebar': customer,
  'customer.header': customer,
  'conversation.actions': conversation,
  'composer.toolbar': conversation,
  'dashboard.cards': today,
  'report.cards': report
}
