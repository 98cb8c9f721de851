import { existsSync } from 'node:fs'
import { finishRestore, stagingFolder } from '../backup/swap.ts'
import { readConfig, type Config } from '../config.ts'
import { AlreadyRunning, lockDataDir } from '../db/lock.ts'
import { openDb } from '../db/open.ts'
import { closeDatabases, databaseFile, prepareDb, refuseOtherVersion } from '../db/prepare.ts'
import type { Db } from '../db/schema.ts'
import { Refusal } from './refusal.ts'

/** The installation that the environment names, opened for one command. */
export interface Installation {
  config: Config
  db: Db
  now: Date
  /** A server runs on the same data; it sees what the command commits. */
  isServing: boolean
}

/**
 * Beside a running server the command writes to the same database, which SQLite keeps in order.
 * Without one the database is made or brought up to date first.
 */
export async function withInstallation<T>(
  work: (installation: Installation) => Promise<T>,
  options: { mayCreate?: boolean } = {}
): Promise<T> {
  const config = readConfig()
  const file = databaseFile(config.dataDir)
  const isThere = existsSync(file) || existsSync(stagingFolder(config.dataDir))
  if (!options.mayCreate && !isThere) throw nothingThere(config.dataDir)
  const now = new Date()
  const isServing = !(await prepareUnlessServing(config.dataDir, now))
  const db = openDb(file)
  try {
    if (isServing) await refuseOtherVersion(db)
    return await work({ config, db, now, isServing })
  } finally {
    await db.destroy()
  }
}

export const nothingThere = (dataDir: string) =>
  new Refusal(
    `There is no Sapa in ${dataDir}. Name its folder with DATA_DIR, or begin with \`sapa setup\`.`
  )

/** The lock is only held for as long as the shape of the database may change. */
async function prepareUnlessServing(dataDir: string, now: Date): Promise<boolean> {
  const unlock = lockUnlessServing(dataDir)
  if (!unlock) return false
  try {
    finishRestore(dataDir)
    await closeDatabases(await prepareDb(dataDir, now))
    return true
  } finally {
    unlock()
  }
}

/** Null when a server holds it. */
function lockUnlessServing(dataDir: string): (() => void) | null {
  try {
    return lockDataDir(dataDir)
  } catch (error) {
    if (error instanceof AlreadyRunning) return null
    throw error
  }
}
