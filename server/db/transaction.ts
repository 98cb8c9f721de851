import type { Db } from './schema.ts'

/** News of what a committed transaction has done. Features add theirs by declaration merging. */
// oxlint-disable-next-line typescript/no-empty-object-type
export interface News {}

export type Announcement = { [Topic in keyof News]: { topic: Topic } & News[Topic] }[keyof News]

type Listener = (news: Announcement[]) => void

const listeners = new WeakMap<object, Set<Listener>>()
const open = new WeakMap<object, { root: Db; news: Announcement[] }>()

/**
 * Runs `work` in a transaction, or joins the one that is open. Inside, use only `trx`:
 * the outer `db` waits for the only connection and would hang for ever. Never await the network.
 */
export async function inTransaction<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db)
  const news: Announcement[] = []
  const result = await db.transaction().execute(async trx => {
    open.set(trx, { root: db, news })
    return work(trx)
  })
  tell(db, news)
  return result
}

/** Tells listeners once the transaction is committed; never when it rolls back. */
export function announce(db: Db, news: Announcement): void {
  const transaction = open.get(db)
  if (transaction) transaction.news.push(news)
  else tell(db, [news])
}

/** Listens to what commits on this database. Listeners must not throw or wait. */
export function onCommit(db: Db, listener: Listener): () => void {
  const set = listeners.get(db) ?? new Set()
  listeners.set(db, set.add(listener))
  return () => void set.delete(listener)
}

function tell(root: Db, news: Announcement[]): void {
  if (news.length === 0) return
  for (const listener of listeners.get(root) ?? []) listener(news)
}
