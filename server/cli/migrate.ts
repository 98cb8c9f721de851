import { existsSync } from 'node:fs'
import { pino } from 'pino'
import { startSapa } from '../app.ts'
import { readConfig } from '../config.ts'
import { openDb } from '../db/open.ts'
import { databaseFile, pendingCoreMigrations } from '../db/prepare.ts'
import { say } from './say.ts'

/** The core's tables and those of the plugins that are switched on, as a start would do it. */
export async function migrateAll(): Promise<void> {
  const config = readConfig()
  const pending = await pendingIn(databaseFile(config.dataDir))
  const running = await startSapa(config, {
    isIdle: true,
    isCommand: true,
    log: pino({ level: 'silent' })
  })
  const plugins = await running.sapa.plugins.list()
  await running.close()
  say(outcome(pending))
  for (const { id, reason } of plugins.filter(plugin => plugin.isActive && plugin.reason)) {
    say(`The plugin ${id} could not start: ${reason}`)
    process.exitCode = 1
  }
}

/** Null when there is no database yet. */
async function pendingIn(file: string): Promise<string[] | null> {
  if (!existsSync(file)) return null
  const db = openDb(file)
  try {
    return await pendingCoreMigrations(db)
  } finally {
    await db.destroy()
  }
}

function outcome(pending: string[] | null): string {
  if (pending === null) return 'The database was made.'
  if (pending.length === 0) return 'The database is up to date; nothing was changed.'
  return `The database is up to date now: ${pending.join(', ')}. A copy from before lies in backups/.`
}
