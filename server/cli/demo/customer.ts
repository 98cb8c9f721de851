import type { Db } from '../../db/schema.ts'
import type { Person } from './people.ts'
import type { Medium } from './script.ts'

export interface Customer extends Person {
  id: number
  identities: Record<Medium, { id: number; value: string; kind: 'email' | 'phone' | 'external' }>
}

/** A customer with all addresses proven, as their channels would have done it. */
export async function addCustomer(trx: Db, person: Person, at: number): Promise<Customer> {
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
  const outside = async (namespace: Medium) =>
    add(trx, id, person, { kind: 'external', value: person.handle, namespace }, at)
  return {
    ...person,
    id,
    identities: {
      email,
      whatsapp: phone,
      phone,
      telegram: await outside('telegram'),
      webchat: await outside('webchat'),
      instagram: await outside('instagram')
    }
  }
}

interface Address {
  kind: 'email' | 'phone' | 'external'
  value: string
  namespace?: Medium
}

async function add(trx: Db, customerId: number, person: Person, address: Address, at: number) {
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
  return { id: row.id, value, kind }
}
