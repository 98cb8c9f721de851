import type { Account } from '../../channel/table.ts'
import type { Db } from '../../db/schema.ts'
import type { ChannelCapabilities } from '../../plugin-api/channel.ts'
import { getSetting } from '../../setting/get.ts'

interface Asked {
  agentId: number | null
  undoSeconds?: number | undefined
}

/** How long a reply may be taken back: the agent's own choice, else the channel's, else the installation's. */
export async function undoSeconds(trx: Db, account: Account, asked: Asked): Promise<number> {
  if (asked.undoSeconds !== undefined) return asked.undoSeconds
  if (asked.agentId === null) return 0
  const agent = await trx
    .selectFrom('agent')
    .select('undo_seconds')
    .where('id', '=', asked.agentId)
    .executeTakeFirst()
  const stated = JSON.parse(account.capabilities) as Partial<ChannelCapabilities>
  return agent?.undo_seconds ?? stated.undoSeconds ?? (await getSetting(trx, 'undoSeconds'))
}
