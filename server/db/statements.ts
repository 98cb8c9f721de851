import type SQLite from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

const kept = 500

type Frame = <T>(work: () => T) => T

let inFrame: Frame = work => work()

/** Each query of this process runs inside `frame`, for who must know whose it is. */
export function frameQueries(frame: Frame): void {
  inFrame = frame
}

/**
 * Remembers prepared statements by their text: preparing costs more than running most of them.
 * Kysely makes the same text for the same query, and values travel as parameters.
 */
export function rememberStatements(sqlite: SQLite.Database): SqliteDatabase {
  const known = new Map<string, SqliteStatement>()

  function prepare(sql: string): SqliteStatement {
    // A changed schema may change what `select *` means.
    if (/^\s*(create|alter|drop|attach|detach|pragma|vacuum)\b/i.test(sql)) {
      known.clear()
      return statementOf(sqlite, sql)
    }
    const statement = known.get(sql) ?? statementOf(sqlite, sql)
    known.delete(sql)
    known.set(sql, statement)
    if (known.size > kept) known.delete(known.keys().next().value ?? '')
    return statement
  }

  return { prepare, close: () => void sqlite.close() }
}

/**
 * On a full disk SQLite rolls back by itself. Refusing the rollback that follows would hide the
 * reason behind "no transaction is active".
 */
const isNeedless = (sqlite: SQLite.Database, sql: string) =>
  sql === 'rollback' && !sqlite.inTransaction
const nothing = { changes: 0, lastInsertRowid: 0 }

function statementOf(sqlite: SQLite.Database, sql: string): SqliteStatement {
  const statement = sqlite.prepare(sql)
  return {
    reader: statement.reader,
    all: parameters => inFrame(() => statement.all(parameters)),
    run: parameters =>
      isNeedless(sqlite, sql) ? nothing : inFrame(() => statement.run(parameters)),
    // A cursor stays open between reads, so it never shares a statement.
    iterate: parameters => sqlite.prepare(sql).iterate(parameters)
  }
}
