import { sql } from 'kysely'
import type { Db } from './schema.ts'

/**
 * Tries `work` inside an open transaction. When it throws, what it wrote is taken back and the
 * transaction goes on; the error is the answer.
 */
export async function attempt<T>(
  trx: Db,
  work: () => Promise<T>
): Promise<{ value: T } | { error: unknown }> {
  await sql`savepoint attempt`.execute(trx)
  try {
    const value = await work()
    await sql`release attempt`.execute(trx)
    return { value }
  } catch (error) {
    try {
      await sql`rollback to attempt`.execute(trx)
      await sql`release attempt`.execute(trx)
    } catch {
      // SQLite has rolled back everything, as on a full disk: there is nothing to go on with.
      throw error
    }
    return { error }
  }
}
