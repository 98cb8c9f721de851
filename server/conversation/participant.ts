import type { Address } from '../customer/normalise.ts'
import type { IdentityRow } from '../customer/table.ts'
import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'

/**
 * The identity row by which one of these addresses belongs to the conversation: as somebody on it,
 * or as an address of its customer. Undefined for strangers, and for whoever has an address now that was theirs.
 */
export async function findParticipant(
  db: Db,
  conversationId: number,
  addresses: readonly Address[]
): Promise<IdentityRow | undefined> {
  if (addresses.length === 0) return undefined
  const rows = await db
    .selectFrom('identity')
    .selectAll()
    .where(
      'value',
      'in',
      addresses.map(address => address.value)
    )
    .where('former_at', 'is', null)
    .where(eb =>
      eb.or([
        eb(
          'id',
          'in',
          eb
            .selectFrom('participant')
            .select('identity_id')
            .where('conversation_id', '=', conversationId)
        ),
        eb(
          'customer_id',
          '=',
          eb.selectFrom('conversation').select('customer_id').where('id', '=', conversationId)
        )
      ])
    )
    .orderBy('verified_at', 'desc')
    .execute()
  return rows.find(row => addresses.some(address => isSameAddress(row, address)))
}

export async function addParticipant(
  trx: Db,
  conversationId: number,
  identityId: number,
  role: 'customer' | 'copy',
  now: Date
): Promise<void> {
  await insert(trx, { conversationId, identityId, role, at: now.getTime() })
}

interface NewParticipant {
  conversationId: number
  identityId: number
  role: 'customer' | 'copy'
  at: number
}

const insert = prepared<NewParticipant>()((db, value) =>
  db
    .insertInto('participant')
    .values({
      conversation_id: value('conversationId'),
      identity_id: value('identityId'),
      role: value('role'),
      added_at: value('at')
    })
    .onConflict(conflict => conflict.doNothing())
)

const isSameAddress = (row: IdentityRow, address: Address) =>
  row.kind === address.kind && row.namespace === address.namespace && row.value === address.value
