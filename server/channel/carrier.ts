import type { Db } from '../db/schema.ts'
import type { ChannelCapabilities } from '../plugin-api/channel.ts'
import { capabilitiesOf } from './account/find.ts'
import type { Account } from './table.ts'

/** An account that can do this: one that works now before one that may work later. */
export async function findCarrier(
  trx: Db,
  isAble: (capabilities: ChannelCapabilities) => boolean,
  exceptId = 0
): Promise<Account | undefined> {
  const accounts = await trx
    .selectFrom('account')
    .selectAll()
    .where('is_enabled', '=', 1)
    .where('state', '!=', 'needs_attention')
    .where('id', '!=', exceptId)
    .orderBy('id')
    .execute()
  const able = accounts.filter(account => isAble(capabilitiesOf(account)))
  return able.find(account => account.state === 'connected') ?? able[0]
}
