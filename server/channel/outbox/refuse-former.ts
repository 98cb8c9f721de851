import type { Db } from '../../db/schema.ts'
import type { ChannelFailure } from '../../plugin-api/outbound.ts'
import type { OutboxStepRow } from '../table.ts'

/** Shown in the reader's language; see `delivery.reason.number_gone`. */
export const numberGone = 'number_gone'

/** What was written to a number before it was given up would reach its next owner. */
export async function refuseFormer(
  db: Db,
  { message_id, target_id }: Pick<OutboxStepRow, 'message_id' | 'target_id'>
): Promise<void> {
  const former = await db
    .selectFrom('message')
    .innerJoin('identity', 'identity.id', 'message.identity_id')
    .select('identity.id')
    .where('message.id', '=', message_id ?? target_id)
    .where('identity.kind', '=', 'phone')
    .where('identity.former_at', 'is not', null)
    .executeTakeFirst()
  if (!former) return
  const detail = { code: numberGone }
  throw Object.assign<Error, Pick<ChannelFailure, 'failure' | 'detail'>>(
    new Error('The number belongs to somebody else now'),
    { failure: 'permanent', detail }
  )
}
