import type { RemoteDb } from './table.ts'

/** What stays known of a step over a restart: who holds it, and what was said of it. */
export interface KnownStep {
  lease: string
  leased_until: number
  ack: string | null
  is_taken: number
}

export interface Lease {
  clientRef: string
  lease: string
  until: number
}

export function findStep(
  db: RemoteDb,
  accountId: number,
  clientRef: string
): Promise<KnownStep | undefined> {
  return db
    .selectFrom('remote_channel_step')
    .select(['lease', 'leased_until', 'ack', 'is_taken'])
    .where('account_id', '=', accountId)
    .where('client_ref', '=', clientRef)
    .executeTakeFirst()
}

/** On the disk before the program hears of the steps, so that its answer is known after a crash too. */
export async function keepLeases(
  db: RemoteDb,
  accountId: number,
  leases: readonly Lease[],
  now: number
): Promise<void> {
  await db
    .insertInto('remote_channel_step')
    .values(
      leases.map(({ clientRef, lease, until }) => ({
        ...{ account_id: accountId, client_ref: clientRef, lease, leased_until: until },
        ...{ ack: null, is_taken: 0, updated_at: now }
      }))
    )
    .onConflict(conflict =>
      conflict.columns(['account_id', 'client_ref']).doUpdateSet(eb => ({
        lease: eb.ref('excluded.lease'),
        leased_until: eb.ref('excluded.leased_until'),
        ack: null,
        is_taken: 0,
        updated_at: now
      }))
    )
    .execute()
}

export async function keepAck(
  db: RemoteDb,
  accountId: number,
  clientRef: string,
  ack: string,
  now: number
): Promise<void> {
  await change(db, accountId, clientRef, { ack, is_taken: 0, leased_until: 0, updated_at: now })
}

export async function markTaken(db: RemoteDb, accountId: number, clientRef: string): Promise<void> {
  await change(db, accountId, clientRef, { is_taken: 1 })
}

/** What nobody will ask about any more. */
export async function forgetOld(db: RemoteDb, now: number): Promise<void> {
  const day = 24 * 60 * 60_000
  await db
    .deleteFrom('remote_channel_step')
    .where('updated_at', '<', now - 30 * day)
    .execute()
  await db
    .deleteFrom('remote_channel_upload')
    .where('created_at', '<', now - 7 * day)
    .execute()
  await db
    .deleteFrom('remote_channel_person')
    .where('noted_at', '<', now - 30 * day)
    .execute()
  await db.deleteFrom('remote_channel_token').where('expires_at', '<', now).execute()
}

async function change(
  db: RemoteDb,
  accountId: number,
  clientRef: string,
  columns: { ack?: string; is_taken: number; leased_until?: number; updated_at?: number }
): Promise<void> {
  await db
    .updateTable('remote_channel_step')
    .set(columns)
    .where('account_id', '=', accountId)
    .where('client_ref', '=', clientRef)
    .execute()
}
