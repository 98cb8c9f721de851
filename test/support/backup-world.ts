import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { recordBlob } from '../../server/blob/record.ts'
import { BlobStore } from '../../server/blob/store.ts'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import type { Db, Tables } from '../../server/db/schema.ts'
import { make } from './factory.ts'
import { layPrepared } from './prepared.ts'
import { temporaryFolder } from './temporary.ts'

const now = new Date('2026-11-20T02:00:00Z')

/** A shop with conversations, answers on their way and attached files. */
export async function shop(t: Test, files = 5) {
  const folder = temporaryFolder(t)
  const dataDir = join(folder, 'data')
  await layPrepared(dataDir)
  const db = openDb(databaseFile(dataDir))
  t.teardown(() => db.destroy())
  const account = await make.account(db)
  for (let n = 0; n < 10; n++) {
    const conversation = await make.conversation(db, { account_id: account.id })
    await make.message(db, { conversation_id: conversation.id })
  }
  await addFiles(db, dataDir, files)
  return {
    folder,
    dataDir,
    db,
    account,
    file: join(folder, 'sapa.tar'),
    empty: join(folder, 'new')
  }
}

export async function addFiles(db: Db, dataDir: string, amount: number): Promise<void> {
  const blobs = new BlobStore(join(dataDir, 'blobs'))
  for (let n = 0; n < amount; n++) {
    await recordBlob(db, await blobs.put(randomBytes(40_000)), now)
  }
}

/** Rows of every table and the hash of every file: two that are equal hold the same. */
export async function holdings(dataDir: string): Promise<Record<string, number | string>> {
  const db = openDb(databaseFile(dataDir), { isReadOnly: true })
  try {
    const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
    const rows: Record<string, number | string> = {}
    for (const { name } of tables) {
      const { n } = await db
        .selectFrom(name as keyof Tables)
        .select(eb => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      rows[name] = n
    }
    for (const { hash } of await db.selectFrom('blob').select('hash').execute()) {
      const bytes = readFileSync(new BlobStore(join(dataDir, 'blobs')).path(hash))
      rows[hash] = createHash('sha256').update(bytes).digest('hex')
      if (rows[hash] !== hash) throw new Error(`${hash} has other bytes`)
    }
    return rows
  } finally {
    await db.destroy()
  }
}
