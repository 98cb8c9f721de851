import type { Db } from '../../db/schema.ts'

const dayMs = 24 * 60 * 60_000
const perTurn = 500

/**
 * Forgets the bytes of old items that are done with. Their keys stay, so that fetching them again
 * is still refused; what failed stays whole until somebody decides. Returns how many.
 */
export async function pruneJournal(db: Db, keepDays: number, now: Date): Promise<number> {
  const before = now.getTime() - keepDays * dayMs
  let pruned = 0
  for (;;) {
    const rows = await listOld(db, before)
    if (rows.length === 0) return pruned
    await db
      .updateTable('journal')
      .set({ body: null, body_blob: null, headers: '{}' })
      .where(
        'id',
        'in',
        rows.map(row => row.id)
      )
      .execute()
    pruned += rows.length
  }
}

function listOld(db: Db, before: number): Promise<{ id: number }[]> {
  return db
    .selectFrom('journal')
    .select('id')
    .where('received_at', '<', before)
    .where('state', 'in', ['done', 'ignored'])
    .where(eb => eb.or([eb('body', 'is not', null), eb('body_blob', 'is not', null)]))
    .orderBy('received_at')
    .limit(perTurn)
    .execute()
}
