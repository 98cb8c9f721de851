import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Migration } from 'kysely'

/** The migrations of a folder, by name. */
export async function loadMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = existsSync(folder) ? readdirSync(folder) : []
  const migrations: Record<string, Migration> = {}
  for (const file of files.filter(name => /^\d{4}-[\w-]+\.[jt]s$/.test(name)).toSorted()) {
    const url = pathToFileURL(join(folder, file)).href
    migrations[file.replace(/\.[jt]s$/, '')] = (await import(url)) as Migration
  }
  return migrations
}
