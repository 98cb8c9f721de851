import { existsSync } from 'node:fs'
import { finishRestore, stagingFolder } from '../backup/swap.ts'
import { readConfig, type Config } from '../config.ts'
import { AlreadyRunning, lockAfterCommands } from '../db/lock.ts'
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

interface Options {
  mayCreate?: boolean
  /** Nobody else may begin while it works: no server starts and no other command changes anything. */
  isAlone?: boolean
}

/**
 * Beside a running server the command writes to the same database, which SQLite keeps in order.
 * Without one the database is made or brought up to date first.
 */
export async function withInstallation<T>(
  work: (installation: Installation) => Promise<T>,
  options: Options = {}
): Promise<T> {
  const config = readConfig()
  const file = databaseFile(config.dataDir)
  const isThere = existsSync(file) || existsSync(stagingFolder(config.dataDir))
  if (!options.mayCreate && !isThere) throw nothingThere(config.dataDir)
  const unlock = await lockUnlessServing(config.dataDir)
  // Other commands may have taken a minute.
  const now = new Date()
  try {
    if (unlock) await prepare(config.dataDir, now)
    if (!options.isAlone) unlock?.()
    return await withDb(file, async db => {
      const isServing = unlock === null
      if (isServing) await refuseOtherVersion(db)
      return work({ config, db, now, isServing })
    })
  } finally {
    unlock?.()
  }
}

export const nothingThere = (dataDir: string) =>
  new Refusal(
    `There is no Sapa in ${dataDir}. Name its folder with DATA_DIR, or begin with \`sapa setup\`.`
  )

async function prepare(dataDir: string, now: Date): Promise<void> {
  finishRestore(dataDir)
  await closeDatabases(await prepareDb(dataDir, now))
}

async function withDb<T>(file: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDb(file)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** Null when a server holds it. */
async function lockUnlessServing(dataDir: string): Promise<(() => void) | null> {
  try {
    return await lockAfterCommands(dataDir, 'command')
  } catch (error) {
    if (error instanceof AlreadyRunning && error.holder === 'server') return null
    throw error
  }
}
