import type { Db } from './schema.ts'
import { inTransaction } from './transaction.ts'

type Work = (trx: Db) => Promise<void>

interface Waiting {
  work: Work
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Writes that come in the same turn of the event loop share one transaction, and so one wait for the
 * disk. When one of them fails, each is tried alone, so that it fails alone: `work` may run twice.
 */
export function together(db: Db): (work: Work) => Promise<void> {
  let waiting: Waiting[] = []
  async function flush(): Promise<void> {
    const group = waiting
    waiting = []
    try {
      await inTransaction(db, async trx => {
        for (const { work } of group) await work(trx)
      })
      for (const { resolve } of group) resolve()
    } catch (error) {
      if (group.length === 1) return group[0]?.reject(error)
      for (const { work, resolve, reject } of group) {
        await inTransaction(db, work).then(resolve, reject)
      }
    }
  }
  return work =>
    new Promise((resolve, reject) => {
      if (waiting.push({ work, resolve, reject }) === 1) setImmediate(() => void flush())
    })
}
