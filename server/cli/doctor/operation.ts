import type { Db } from '../../db/schema.ts'
import { count, fine, problem, warning, type Finding } from './finding.ts'

/** How the work goes: plugins, accounts, what was set aside. */
export async function examineOperation(db: Db): Promise<Finding[]> {
  return [
    ...(await plugins(db)),
    ...(await accounts(db)),
    await amount(db, 'journal', 'failed', 'problem', [
      'Everything that came in could be read',
      'could not be read: Settings → Health shows them'
    ]),
    await amount(db, 'job', 'dead', 'problem', [
      'No background work was given up',
      'of background work given up'
    ]),
    await amount(db, 'outbox', 'unknown', 'warning', [
      'Every answer has a known outcome',
      'of the outbox may or may not have arrived: look at their conversations'
    ])
  ]
}

async function plugins(db: Db): Promise<Finding[]> {
  const rows = await db
    .selectFrom('plugin')
    .select(['id', 'version', 'state', 'reason', 'is_active'])
    .orderBy('id')
    .execute()
  return rows.map(({ id, version, state, reason, is_active }) => {
    if (!is_active) return fine('plugin', `${id} ${version} is switched off`)
    if (state === 'active' || state === 'installed') return fine('plugin', `${id} ${version} is on`)
    return problem('plugin', `${id} ${version} is ${state}: ${reason ?? 'no reason given'}`)
  })
}

async function accounts(db: Db): Promise<Finding[]> {
  const rows = await db
    .selectFrom('account')
    .select(['id', 'name', 'type', 'state', 'state_reason', 'is_enabled'])
    .orderBy('id')
    .execute()
  return rows.map(({ id, name, type, state, state_reason, is_enabled }) => {
    const who = `${name} (${type}, account ${id})`
    if (!is_enabled) return fine('account', `${who} is switched off`)
    const reason = state_reason ? `: ${state_reason}` : ''
    if (state === 'needs_attention') return problem('account', `${who} needs attention${reason}`)
    if (state === 'delayed') return warning('account', `${who} is delayed${reason}`)
    return fine('account', `${who} is ${state}`)
  })
}

async function amount(
  db: Db,
  table: 'journal' | 'job' | 'outbox',
  state: 'failed' | 'dead' | 'unknown',
  level: Finding['level'],
  [good, bad]: [string, string]
): Promise<Finding> {
  const row = await db
    .selectFrom(table)
    .select(eb => eb.fn.countAll<number>().as('rows'))
    .where('state', '=', state as never)
    .executeTakeFirstOrThrow()
  if (row.rows === 0) return fine(table, good)
  return { part: table, level, text: `${count(row.rows, 'item')} ${bad}` }
}
