import { setTimeout as pause } from 'node:timers/promises'
import type { Db } from '../../db/schema.ts'
import type { SecretBox } from '../../secret/box.ts'
import type { Answer, Errand } from './errand.ts'

const askEveryMs = 150

/** Asks the server beside this process; null when it does not answer in time. */
export async function sendErrand(
  db: Db,
  secrets: SecretBox,
  errand: Errand,
  now: Date,
  patienceMs = 120_000
): Promise<Answer | null> {
  const { id } = await db
    .insertInto('plugin_errand')
    .values({ errand: secrets.seal(JSON.stringify(errand)), created_at: now.getTime() })
    .returning('id')
    .executeTakeFirstOrThrow()
  try {
    const until = performance.now() + patienceMs
    while (performance.now() < until) {
      const answer = await readAnswer(db, id)
      if (answer !== null) return JSON.parse(secrets.open(answer)) as Answer
      await pause(askEveryMs)
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
