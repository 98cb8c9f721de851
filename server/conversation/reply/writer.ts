import { findVerified } from '../../customer/identity.ts'
import type { Sender } from '../../customer/normalise.ts'
import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'

/** Which of somebody's addresses are the same to the provider of a channel, the address itself among them. */
export type Writers = (channel: string, identityId: number) => number[]

/**
 * The provider has named several addresses of one writer: the id of which a person has only one, and with it a
 * number. Kept by channel, because a person may have more of them than one provider knows.
 */
export async function tieWriter(
  trx: Db,
  channel: string,
  senders: readonly Sender[]
): Promise<void> {
  const [first, ...others] = senders.filter(sender => sender.isVerified)
  if (!first?.isOnlyOne || others.length === 0) return
  const writer = await findVerified(trx, first)
  if (!writer) return
  for (const other of others) {
    const row = await findVerified(trx, other)
    // Somebody else's number stays theirs until it has gone over.
    if (row?.customer_id !== writer.customer_id) continue
    await tie(trx, { identity: row.id, channel, writer: writer.id })
  }
}

const tie = prepared<{ identity: number; channel: string; writer: number }>()((db, value) =>
  db
    .insertInto('writer')
    .values({
      identity_id: value('identity'),
      channel: value('channel'),
      writer_id: value('writer')
    })
    .onConflict(known =>
      known
        .columns(['identity_id', 'channel'])
        .doUpdateSet(eb => ({ writer_id: eb.ref('excluded.writer_id') }))
        .where('writer.writer_id', '!=', eb => eb.ref('excluded.writer_id'))
    )
)

export async function listWriters(db: Db, identityIds: readonly number[]): Promise<Writers> {
  const ids = identityIds.length > 0 ? identityIds : [0]
  const rows = await db
    .selectFrom('writer')
    .selectAll()
    .where(eb =>
      eb.or([
        eb('writer_id', 'in', ids),
        eb(
          'writer_id',
          'in',
          eb.selectFrom('writer as known').select('known.writer_id').where('identity_id', 'in', ids)
        )
      ])
    )
    .execute()
  return (channel, identityId) => {
    const own = rows.filter(row => row.channel === channel)
    const writer = own.find(row => row.identity_id === identityId)?.writer_id ?? identityId
    const others = own.filter(row => row.writer_id === writer).map(row => row.identity_id)
    return [writer, ...others.filter(id => id !== writer)]
  }
}
