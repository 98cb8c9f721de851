import type { ExpressionBuilder } from 'kysely'
import type { Db, Tables } from '../../db/schema.ts'
import type { Person } from './people.ts'
import type { Medium } from './script.ts'
import type { Sides } from './side.ts'

interface Known {
  id: number
  value: string
  kind: 'email' | 'phone' | 'external'
  /** The chat, as the channel names it. */
  threadKey: string
}

/** Everybody has an address and a number; some are known elsewhere, too. */
export interface Customer extends Person {
  id: number
  identities: Record<'email' | 'whatsapp' | 'phone', Known> & Partial<Record<Medium, Known>>
}

/** A customer with all addresses proven, as their channels would have done it. */
export async function addCustomer(
  trx: Db,
  person: Person,
  sides: Sides,
  at: number
): Promise<Customer> {
  const { id } = await trx
    .insertInto('customer')
    .values({
      name: person.name,
      is_vip: person.isVip ? 1 : 0,
      note: person.isVip ? 'Pelanggan lama, sering belanja untuk kantor.' : '',
      locale: person.language,
      created_at: at,
      last_seen_at: at
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const email = await add(trx, id, person, { kind: 'email', value: person.email }, at)
  const phone = await add(trx, id, person, { kind: 'phone', value: person.phone }, at)
  const threadKey = sides.get('whatsapp')?.placeOf(person).threadKey ?? phone.threadKey
  const identities: Customer['identities'] = { email, whatsapp: { ...phone, threadKey }, phone }
  for (const namespace of person.places) {
    const place = sides.get(namespace)?.placeOf(person)
    const value = place?.identity.value ?? person.handle
    const known = await add(trx, id, person, { kind: 'external', value, namespace }, at)
    identities[namespace] = { ...known, threadKey: place?.threadKey ?? known.threadKey }
  }
  return { ...person, id, identities }
}

interface Address {
  kind: 'email' | 'phone' | 'external'
  value: string
  namespace?: Medium
}

async function add(
  trx: Db,
  customerId: number,
  person: Person,
  address: Address,
  at: number
): Promise<Known> {
  const { kind, value, namespace = '' } = address
  const row = await trx
    .insertInto('identity')
    .values({
      ...{ customer_id: customerId, kind, value, namespace, name: person.name },
      channel: namespace || (kind === 'email' ? 'email' : 'whatsapp'),
      ...{ verified_at: at, created_at: at }
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { id: row.id, value, kind, threadKey: value }
}

/** Throws when they are not known there. */
export function identityOf({ name, identities }: Customer, medium: Medium): Known {
  const identity = identities[medium]
  if (!identity) throw new Error(`${name} is not known by ${medium}`)
  return identity
}

/** When they first and last wrote, as the channels would have noted it. */
export async function dateCustomers(trx: Db): Promise<void> {
  const wrote = (end: 'min' | 'max') => (eb: ExpressionBuilder<Tables, 'customer'>) =>
    eb.fn.coalesce(
      eb
        .selectFrom('conversation')
        .select(one =>
          end === 'min'
            ? one.fn.min('conversation.created_at').as('at')
            : one.fn.max('conversation.last_inbound_at').as('at')
        )
        .whereRef('conversation.customer_id', '=', 'customer.id'),
      'customer.last_seen_at'
    )
  await trx
    .updateTable('customer')
    .set(eb => ({ created_at: wrote('min')(eb), last_seen_at: wrote('max')(eb) }))
    .execute()
}
