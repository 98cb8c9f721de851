import type { Db } from '../db/schema.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { farewellJob, hastenFarewells, noteUntold, type Farewell } from './account/farewell.ts'
import { failureOf } from './failure.ts'
import { ChannelOff, type Supervisor } from './line/supervisor.ts'
import type { Channels } from './registry.ts'
import type { Account } from './table.ts'

interface FarewellTools {
  db: Db
  jobs: Jobs
  channels: Channels
  supervisor: Supervisor
  clock: () => Date
  log: { error(facts: object, text: string): void }
}

/** Tells providers what could not be told when an account ended: until they know, or three days have passed. */
export function heedFarewells(tools: FarewellTools): () => void {
  const { db, jobs, channels, clock, log } = tools
  jobs.handle(farewellJob.owner, farewellJob.name, payload => tell(tools, payload))
  const hasten = () => {
    hastenFarewells(db, clock()).catch((error: unknown) =>
      log.error({ reason: failureOf(error).text }, 'farewells not hastened')
    )
  }
  hasten()
  return channels.onChange(hasten)
}

async function tell({ db, supervisor, clock }: FarewellTools, payload: unknown): Promise<void> {
  // What was given up is only a note, which its reader has put away.
  if (payload === null) return
  const { account, until } = payload as Farewell
  if (await isBack(db, account)) return
  try {
    await supervisor.leave(account)
  } catch (error) {
    const { kind, text } = failureOf(error)
    if (!hopeless.has(kind) && clock().getTime() < until) throw error
    await noteUntold(db, account, error instanceof ChannelOff ? null : text, clock())
  }
}

/** Asking again changes nothing. */
const hopeless = new Set<string>(['auth', 'permanent', 'blocked'])

/** It is on again with the same line: whatever stands at the provider is in use. */
async function isBack(db: Db, { id, type, external_id }: Account): Promise<boolean> {
  const row = await db
    .selectFrom('account')
    .select('external_id')
    .where('id', '=', id)
    .where('type', '=', type)
    .where('is_enabled', '=', 1)
    .executeTakeFirst()
  if (!row) return false
  // Whose it was may be learned only later: a line in use is not cut on a guess.
  return external_id === null || row.external_id === external_id
}
