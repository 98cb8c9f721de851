import { closeSync, openSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely'
import type { Db, Tables } from './schema.ts'
import { rememberStatements } from './statements.ts'

/**
 * Opens the database file. One connection writes; lists and searches use a second, read-only one,
 * so that no page waits behind a write.
 */
export function openDb(file: string, options: { isReadOnly?: boolean } = {}): Db {
  const isReadOnly = options.isReadOnly ?? false
  if (!isReadOnly) createPrivate(file)
  const sqlite = new SQLite(file, { readonly: isReadOnly, timeout: 10_000 })
  if (!isReadOnly) sqlite.pragma('journal_mode = WAL')
  // A database that is already in WAL opens at NORMAL, which loses acknowledged rows at a power cut.
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('cache_size = -16000')
  sqlite.pragma('temp_store = MEMORY')
  const db = new Kysely<Tables>({ dialect: new Dialect({ database: rememberStatements(sqlite) }) })
  connections.set(db, sqlite)
  return db
}

/** For its owner alone, also in a folder that others may read. What SQLite lays beside it is the same. */
function createPrivate(file: string): void {
  if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600))
}

/** The SQLite connection behind `db`, for backup and pragmas. Only server/db/ may use it. */
export function connectionOf(db: Db): SQLite.Database {
  const connection = connections.get(db)
  if (!connection) throw new Error('Not a database that openDb has opened')
  return connection
}

/** Whether this is the connection that writes; only on it are commits heard of. */
export function isWriter(db: Db): boolean {
  return connections.get(db)?.readonly === false
}

const connections = new WeakMap<object, SQLite.Database>()

class Dialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }
}

/** SQLite rolls DDL back; Kysely must know, or a failed migration stays half done. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
