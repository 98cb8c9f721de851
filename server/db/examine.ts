import { connectionOf } from './open.ts'
import type { Db } from './schema.ts'

/** What SQLite itself finds wrong with the file; empty when all is well. Reads the whole file. */
export function damagesOf(db: Db): string[] {
  const connection = connectionOf(db)
  const rows = connection.pragma('integrity_check(20)') as { integrity_check: string }[]
  const damages = rows.map(row => row.integrity_check).filter(text => text !== 'ok')
  const orphans = connection.pragma('foreign_key_check') as { table: string; parent: string }[]
  const named = orphans.map(({ table, parent }) => `a row of ${table} names a missing ${parent}`)
  return [...damages, ...new Set(named)].slice(0, 20)
}

export interface DatabaseFacts {
  sqlite: string
  journalMode: string
  bytes: number
}

export function factsOf(db: Db): DatabaseFacts {
  const connection = connectionOf(db)
  const value = (name: string) => connection.pragma(name, { simple: true }) as number
  return {
    sqlite: connection.prepare('select sqlite_version()').pluck().get() as string,
    journalMode: connection.pragma('journal_mode', { simple: true }) as string,
    bytes: value('page_count') * value('page_size')
  }
}
