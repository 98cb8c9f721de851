import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { migrations } from '../../migrations/index.ts'
import { copyDatabase } from '../../server/db/backup.ts'
import { migrate } from '../../server/db/migrate.ts'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { codeFile } from '../../server/paths.ts'

/** Puts a migrated, empty database into `dataDir`: a copied file, made once per set of migrations. */
export async function layPrepared(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true })
  copyFileSync(await preparedFile(), databaseFile(dataDir))
}

async function preparedFile(): Promise<string> {
  const folder = join(tmpdir(), 'sapa-test-prepared')
  const file = join(folder, `${loaded}.db`)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  const work = mkdtempSync(join(folder, 'work-'))
  const db = openDb(join(work, 'sapa.db'))
  await migrate(db, 'core', migrations)
  copyDatabase(db, join(work, 'copy.db'))
  await db.destroy()
  // Test files run side by side: the rename makes the last one win, and they are all the same.
  renameSync(join(work, 'copy.db'), file)
  rmSync(work, { recursive: true, force: true })
  return file
}

/** Of the migrations that this process has loaded: a build beside it may have changed the files since. */
const loaded = fingerprint()

function fingerprint(): string {
  // What runs, which may be older than what is written.
  const folder = dirname(codeFile('migrations/index'))
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).toSorted()) {
    hash.update(readFileSync(join(folder, name)))
  }
  return hash.digest('hex').slice(0, 16)
}
