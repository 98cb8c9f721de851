import { closeConversation } from '../../conversation/close.ts'
import { agentActor } from '../../conversation/event.ts'
import { awaitCustomer } from '../../conversation/pending.ts'
import { markSeen } from '../../conversation/seen.ts'
import { snoozeConversation } from '../../conversation/snooze.ts'
import type { Db } from '../../db/schema.ts'
import type { Played, Stage } from './play.ts'

const hourMs = 3_600_000

/** How it stands now: old matters are mostly done, those of today mostly are not. */
export async function settleScene(trx: Db, stage: Stage, played: Played): Promise<void> {
  const { random, staff, now } = stage
  const age = now.getTime() - played.at
  const isOld = age > 60 * hourMs
  const actor = agentActor(played.agent.id)
  const soon = new Date(Math.min(played.at + random.between(1, 20) * 60_000, now.getTime()))
  if (isOld ? random.chance(0.97) : played.isWhole && random.chance(0.7)) {
    await closeConversation(trx, played.id, actor, soon)
  } else if (played.last.kind === 'outbound' && random.chance(0.4)) {
    await awaitCustomer(trx, played.id, actor, soon)
  } else if (age > 6 * hourMs && random.chance(0.3)) {
    const until = now.getTime() + random.between(4, 70) * hourMs
    await snoozeConversation(trx, played.id, until, actor, soon)
  }
  if (isOld || played.last.kind !== 'inbound' || random.chance(0.4)) {
    await markSeen(trx, played.id, staff.owner.id, played.last.id, now)
  }
}
