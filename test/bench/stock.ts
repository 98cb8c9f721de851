import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { migrations } from '../../migrations/index.ts'
import { migrate } from '../../server/db/migrate.ts'
import { openDb } from '../../server/db/open.ts'
import { root } from '../../server/paths.ts'
import { fillPeople } from './fill-people.ts'
import { fillConversations } from './fill-conversations.ts'
import type { Size } from './size.ts'

/** Puts a filled database at `file`. The first run makes it, later ones copy. */
export async function layStock(file: string, size: Size): Promise<void> {
  const folder = join(tmpdir(), 'sapa-bench')
  const kept = join(folder, `${size.name}-${fingerprint()}.db`)
  if (!existsSync(kept)) {
    mkdirSync(folder, { recursive: true })
    const partial = `${kept}.${process.pid}`
    await make(partial, size)
    renameSync(partial, kept)
  }
  copyFileSync(kept, file)
}

async function make(file: string, size: Size): Promise<void> {
  const db = openDb(file)
  await migrate(db, 'core', migrations)
  await db.destroy()
  const sqlite = new SQLite(file)
  sqlite.pragma('journal_mode = OFF')
  sqlite.pragma('synchronous = OFF')
  sqlite.pragma('foreign_keys = OFF')
  const indexes = sqlite
    .prepare(`select name, sql from sqlite_master where type = 'index' and sql is not null`)
    .all() as { name: string; sql: string }[]
  for (const { name } of indexes) sqlite.exec(`drop index "${name}"`)
  sqlite.transaction(() => {
    fillPeople(sqlite, size)
    fillConversations(sqlite, size)
  })()
  for (const { sql } of indexes) sqlite.exec(sql)
  sqlite.exec(counters)
  sqlite.close()
}

/** As `recount` would have left them, one conversation after the other. */
const counters = ['all', 'assignee', 'team', 'account']
  .map(scope => {
    const owner = scope === 'all' ? `''` : `coalesce(${scope}_id, '')`
    return `insert into counter (scope, owner, queue, amount)
      select '${scope}', ${owner}, queue, count(*) from conversation group by 2, 3;`
  })
  .join('\n')

/** Changes with the shape of the database and with what is filled in. */
function fingerprint(): string {
  const hash = createHash('sha256')
  for (const folder of ['migrations', 'test/bench']) {
    for (const name of readdirSync(join(root, folder)).toSorted()) {
      if (folder === 'migrations' || /^(fill|size|stock)/.test(name)) {
        hash.update(readFileSync(join(root, folder, name)))
      }
    }
  }
  return hash.digest('hex').slice(0, 16)
}
