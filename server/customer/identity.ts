import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'
import type { Address, Sender } from './normalise.ts'
import type { IdentityRow } from './table.ts'

/** The row that proves who somebody is: at most one in the whole installation. */
export async function findVerified(db: Db, address: Address): Promise<IdentityRow | undefined> {
  return (await selectVerified(db, address))[0]
}

/** The row of an address that was only typed or could be forged: one per channel. */
export async function findClaimed(
  db: Db,
  address: Address,
  channel: string
): Promise<IdentityRow | undefined> {
  return (await selectClaimed(db, { ...address, channel }))[0]
}

/** Somebody who claims the same address elsewhere. */
export function findClaimedElsewhere(
  db: Db,
  address: Address,
  channel: string
): Promise<IdentityRow | undefined> {
  return matching(db, address)
    .where('verified_at', 'is', null)
    .where('former_at', 'is', null)
    .where('channel', '!=', channel)
    .orderBy('id')
    .executeTakeFirst()
}

export function addIdentity(
  trx: Db,
  customerId: number,
  sender: Sender,
  channel: string,
  now: Date
): Promise<IdentityRow> {
  return trx
    .insertInto('identity')
    .values({
      customer_id: customerId,
      kind: sender.kind,
      namespace: sender.namespace,
      value: sender.value,
      name: sender.name,
      channel,
      verified_at: sender.isVerified ? now.getTime() : null,
      created_at: now.getTime()
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Its channel has proved it now; answers always went to this address. */
export function verifyIdentity(trx: Db, id: number, now: Date): Promise<IdentityRow> {
  return trx
    .updateTable('identity')
    .set({ verified_at: now.getTime() })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

function matching(db: Db, address: Address) {
  return db
    .selectFrom('identity')
    .selectAll()
    .where('kind', '=', address.kind)
    .where('namespace', '=', address.namespace)
    .where('value', '=', address.value)
}

const selectVerified = prepared<Address>()((db, value) =>
  matching(db, addressAt(value)).where('verified_at', 'is not', null)
)

const selectClaimed = prepared<Address & { channel: string }>()((db, value) =>
  matching(db, addressAt(value))
    .where('verified_at', 'is', null)
    .where('former_at', 'is', null)
    .where('channel', '=', value('channel'))
)

const addressAt = (value: <Key extends keyof Address>(key: Key) => Address[Key]): Address => ({
  kind: value('kind'),
  namespace: value('namespace'),
  value: value('value')
})
