import { addJob } from '../../jobs/add.ts'
import type { Db } from '../../db/schema.ts'

export const mediaJob = { owner: 'core', name: 'media' } as const

/** Has a file fetched from the provider, soon and again until it is there. */
export async function requestMedia(
  trx: Db,
  accountId: number,
  attachmentId: number,
  now: Date
): Promise<void> {
  const payload = { accountId, attachmentId }
  const key = String(attachmentId)
  await addJob(trx, { ...mediaJob, payload, key, runAt: now.getTime(), maxAttempts: 12 }, now)
}
