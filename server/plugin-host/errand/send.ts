import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../../db/schema.ts'
import type { SecretBox } from '../../secret/box.ts'
import type { Answer, Errand } from './errand.ts'

const askEveryMs = 150

const lookEveryMs = 1_000

interface Asking {
  now: Date
  /** The server has ended: nobody will answer. */
  isGone(): boolean
  patienceMs?: number
}

/** Asks the server beside this process; null when it does not answer in time. */
export async function sendErrand(
  db: Db,
  secrets: SecretBox,
  errand: Errand,
  { now, isGone, patienceMs = 120_000 }: Asking
): Promise<Answer | 'gone' | null> {
  const { id } = await db
    .insertInto('plugin_errand')
    .values({ errand: secrets.seal(JSON.stringify(errand)), created_at: now.getTime() })
    .returning('id')
    .executeTakeFirstOrThrow()
  try {
    const start = performance.now()
    let looked = start
    let isOver = false
    while (performance.now() < start + patienceMs) {
      const answer = await readAnswer(db, id)
      if (answer !== null) return JSON.parse(secrets.open(answer)) as Answer
      if (isOver) return 'gone'
      await pause(askEveryMs)
      if (performance.now() < looked + lookEveryMs) continue
      looked = performance.now()
      // Its answer may have come in between: it is read once more.
      isOver = isGone()
    }
    return null
  } finally {
    await db.deleteFrom('plugin_errand').where('id', '=', id).execute()
  }
}

async function readAnswer(db: Db, id: number): Promise<string | null> {
  const row = await db
    .selectFrom('plugin_errand')
    .select('answer')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.answer ?? null
}
