import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { atExit } from './at-exit.ts'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import type { Db } from '../../server/db/schema.ts'
import { hasStack, sapa, type Outcome } from './command.ts'
import { makeFolder, removeFolder, temporaryFolder } from './temporary.ts'

export const password = 'kopi susu gula aren'
export const owner = ['setup', '--email', 'sari@toko.example', '--business', 'Toko Sari']

/** A shop with its owner: made once, copied for each test. */
export async function shop(t: Test): Promise<string> {
  const dataDir = join(temporaryFolder(t), 'data')
  cpSync(await (pattern ??= makeShop()), dataDir, { recursive: true })
  return dataDir
}

let pattern: Promise<string> | undefined

async function makeShop(): Promise<string> {
  const folder = makeFolder()
  atExit(() => removeFolder(folder))
  const dataDir = join(folder, 'data')
  const made = await sapa(dataDir, [...owner, '--password-stdin'], { input: `${password}\n` })
  if (made.code !== 0) throw new Error(`no shop: ${made.out}${made.err}`)
  return dataDir
}

/** Ended with 1 and a sentence, without an answer and without a stack. */
export function refused(t: Test, outcome: Outcome, why: RegExp) {
  t.equal(outcome.code, 1)
  t.match(outcome.err, why)
  t.equal(outcome.out, '')
  t.notOk(hasStack(outcome))
}

export async function read<T>(dataDir: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = openDb(databaseFile(dataDir), { isReadOnly: true })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}
