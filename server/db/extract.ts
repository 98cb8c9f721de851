import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { connectionOf } from './open.ts'
import type { Db } from './schema.ts'

/** A table of the extract: everything of `from`, or the rows whose `column` is `value`. */
export interface Extract {
  from: string
  where?: { column: string; value: string }
}

/** Copies rows into a database file of their own, complete or not there at all. Not in a transaction. */
export async function extractRows(db: Db, file: string, parts: Extract[]): Promise<void> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const partial = `${file}.partial`
  rmSync(partial, { force: true })
  // Waits until nobody else is in a transaction; what follows is of one piece.
  await db.connection().execute(async () => copyInto(db, partial, parts))
  chmodSync(partial, 0o600)
  const handle = openSync(partial, 'r+')
  fsyncSync(handle)
  closeSync(handle)
  renameSync(partial, file)
}

function copyInto(db: Db, file: string, parts: Extract[]): void {
  const sqlite = connectionOf(db)
  sqlite.prepare('attach database ? as extract').run(file)
  try {
    for (const { from, where } of parts) {
      const name = quoted(from)
      const filter = where ? ` where ${quoted(where.column)} = ?` : ''
      const values = where ? [where.value] : []
      // A statement that makes a table takes no values.
      sqlite.exec(`create table extract.${name} as select * from main.${name} where false`)
      const copy = `insert into extract.${name} select * from main.${name}${filter}`
      sqlite.prepare(copy).run(...values)
    }
  } finally {
    sqlite.exec('detach database extract')
  }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
