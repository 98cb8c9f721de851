import { join } from 'node:path'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { Waiting } from '../activate.ts'
import { plainError } from '../../plain-error.ts'
import { setAside } from '../boot/set-aside.ts'
import { inspect, stagedSource, type Found } from '../scan.ts'
import { changePlugin, type PluginRow } from '../state.ts'
import type { HostTools } from '../tools.ts'
import { copyTables, dropCopies, restoreTables, type TableCopy } from './copy.ts'
import { versionsFolder } from './place.ts'
import type { Hand } from './hand.ts'

type After = Pick<PluginRow, 'offered'>

/**
 * Puts another version in the place of the one of the row. Until the very last step the row names
 * the old one and the journal `plugin_update` tells what to put back: a crash at any point ends in
 * the old version, one after it in the new one.
 */
export async function swapVersion(
  hand: Hand,
  row: PluginRow,
  folder: string,
  after: After
): Promise<void> {
  const { tools, running } = hand
  const found = foundIn(tools.dataDir, row.id, folder)
  // In safe mode it is only put in place.
  if (row.is_active === 0 || tools.boot?.safeMode) return finish(hand, row, found, folder, after)
  await undo(tools.db, row.id, cutOff)
  const wasRunning = running.has(row.id)
  try {
    await begin(hand, row, folder)
    await tryOut(hand, found)
    await finish(hand, row, found, folder, after)
  } catch (error) {
    const { faults } = tools.calls
    const reason = faults.textOf(row.id, error)
    faults
      .logOf(row.id)
      .error({ err: plainError(error), plugin: row.id }, 'An update failed; the old one stays')
    await running.end(row.id)
    await undo(tools.db, row.id, reason)
    await changePlugin(tools.db, row.id, { update_error: reason })
    return wasRunning ? running.start(row.id) : undefined
  }
  await (running.has(row.id) ? running.settle(row.id) : running.start(row.id))
}

/** One that waits for another plugin is not broken. */
async function tryOut({ running }: Hand, found: Found): Promise<void> {
  try {
    await running.tryOut(found)
  } catch (error) {
    if (!(error instanceof Waiting)) throw error
  }
}

/**
 * Undoes the updates that a crash has cut off, before anything starts. Answers their plugins. One
 * whose tables cannot be put back stays off.
 */
export async function undoCutUpdates(
  tools: Pick<HostTools, 'db' | 'calls' | 'clock'>
): Promise<string[]> {
  const rows = await tools.db.selectFrom('plugin_update').select('plugin_id').execute()
  const ids = rows.map(row => row.plugin_id)
  for (const id of ids) {
    await undo(tools.db, id, cutOff).catch((error: unknown) =>
      setAside(tools, id, error, { kind: 'boot' })
    )
  }
  return ids
}

const cutOff = 'Sapa ended in the middle of the update'

async function begin(hand: Hand, row: PluginRow, folder: string): Promise<void> {
  const { db, clock } = hand.tools
  const { id, folder: from } = row
  await hand.running.end(id)
  await inTransaction(db, async trx => {
    const copy = JSON.stringify(await copyTables(trx, id))
    await trx
      .insertInto('plugin_update')
      .values({
        ...{ plugin_id: id, from_folder: from ?? '', to_folder: folder, copy },
        started_at: clock().getTime()
      })
      .execute()
  })
}

async function finish(
  hand: Hand,
  row: PluginRow,
  found: Found,
  folder: string,
  after: After
): Promise<void> {
  await inTransaction(hand.tools.db, async trx => {
    const version = await versionAt(trx, row.id, folder)
    await changePlugin(trx, row.id, {
      ...{ folder, ...version, ...after, update_error: null },
      ...(row.is_active === 0 && { reason: null, state: 'installed' })
    })
    await forget(trx, row.id)
  })
  hand.running.found.set(row.id, found)
}

/** Puts back what an update that is under way has changed; nothing when there is none. */
async function undo(db: Db, id: string, reason: string): Promise<void> {
  await inTransaction(db, async trx => {
    const update = await trx
      .selectFrom('plugin_update')
      .select('copy')
      .where('plugin_id', '=', id)
      .executeTakeFirst()
    if (!update) return
    await restoreTables(trx, id, JSON.parse(update.copy) as TableCopy)
    await changePlugin(trx, id, { update_error: reason })
    await forget(trx, id)
  })
}

async function forget(trx: Db, id: string): Promise<void> {
  await dropCopies(trx, id)
  await trx.deleteFrom('plugin_update').where('plugin_id', '=', id).execute()
}

async function versionAt(trx: Db, id: string, folder: string) {
  return trx
    .selectFrom('plugin_version')
    .select(['version', 'hash', 'origin'])
    .where('plugin_id', '=', id)
    .where('folder', '=', folder)
    .executeTakeFirstOrThrow()
}

function foundIn(dataDir: string, id: string, name: string): Found {
  const folder = join(versionsFolder(dataDir, id), name)
  return inspect(stagedSource(folder), id, folder)
}
