import type { Db } from '../../db/schema.ts'
import { getSettings } from '../../setting/get.ts'
import type { InboundRules } from '../event/inbound.ts'

const hourMs = 60 * 60_000

/** The owner's choices that decide where messages belong. */
export async function inboundRules(db: Db): Promise<InboundRules> {
  const { country, continuityHours, reopenDays } = await getSettings(db)
  return { country, continuityMs: continuityHours * hourMs, reopenMs: reopenDays * 24 * hourMs }
}
