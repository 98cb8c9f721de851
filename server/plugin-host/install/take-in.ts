import { join } from 'node:path'
import type { Db } from '../../db/schema.ts'
import type { PluginManifest } from '../../plugin-api/manifest.ts'
import { readManifest } from '../manifest.ts'
import { changePlugin, type PluginRow } from '../state.ts'
import type { PluginOrigin } from '../table.ts'
import { versionsFolder } from './place.ts'
import type { Staged } from './stage.ts'
import { recordVersion, removeOldVersions } from './version.ts'

export interface Base {
  db: Db
  dataDir: string
  clock: () => Date
}

/**
 * Makes a staged version the one that runs, or, when another one is switched on, the one that is
 * offered: nothing that runs is ever exchanged without its owner.
 */
export async function takeIn(
  base: Base,
  staged: Staged,
  origin: PluginOrigin,
  row: PluginRow | undefined
): Promise<'taken' | 'offered'> {
  const { db, dataDir, clock } = base
  const { id, version } = staged.manifest
  await recordVersion(db, staged, origin, clock())
  const isTaken = !row || mayTake(dataDir, row, staged)
  const change = isTaken
    ? { folder: staged.folder, hash: staged.hash, origin, version, ...settled }
    : { offered: staged.folder, update_error: null }
  if (!row) await insertRow(base, id, version)
  await changePlugin(db, id, change)
  await removeOldVersions(db, dataDir, id, [staged.folder, row?.folder ?? null])
  return isTaken ? 'taken' : 'offered'
}

const settled = { offered: null, update_error: null, reason: null } as const

/** What does not run may change; one that could not start may only not ask for more than before. */
function mayTake(dataDir: string, row: PluginRow, staged: Staged): boolean {
  if (row.folder === null || row.is_active === 0) return true
  if (row.state !== 'broken') return false
  return newScopes(manifestIn(dataDir, row.id, row.folder), staged.manifest).length === 0
}

/** Scopes that the newer one has more. */
export function newScopes(old: PluginManifest | null, young: PluginManifest): string[] {
  return young.scopes.filter(scope => !old?.scopes.includes(scope))
}

/** The manifest of a version on the disk; null when it cannot be read. */
export function manifestIn(dataDir: string, id: string, folder: string): PluginManifest | null {
  try {
    return readManifest(join(versionsFolder(dataDir, id), folder), id)
  } catch {
    return null
  }
}

async function insertRow({ db, clock }: Base, id: string, version: string): Promise<void> {
  await db
    .insertInto('plugin')
    .values({ id, version, state_since: clock().getTime() })
    .onConflict(conflict => conflict.column('id').doNothing())
    .execute()
}
