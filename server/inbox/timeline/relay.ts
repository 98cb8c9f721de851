import type { RelayStatus } from '../../channel/relay/table.ts'
import type { Db } from '../../db/schema.ts'

/** That a reply went out once more, to another address. */
export interface ListedRelay {
  address: string
  status: RelayStatus
  reason: string | null
}

/** The relays of these messages, oldest first. */
export async function listRelays(
  db: Db,
  messageIds: number[]
): Promise<Map<number, ListedRelay[]>> {
  const rows = await db
    .selectFrom('relay_message')
    .innerJoin('relay', 'relay.id', 'relay_message.relay_id')
    .select(['relay_message.message_id', 'relay.address', 'status', 'status_reason as reason'])
    .where('relay_message.message_id', 'in', messageIds)
    .orderBy('relay.id')
    .execute()
  const lists = new Map<number, ListedRelay[]>()
  for (const { message_id, ...relay } of rows) {
    lists.set(message_id, [...(lists.get(message_id) ?? []), relay])
  }
  return lists
}
