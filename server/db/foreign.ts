import { connectionOf } from './open.ts'
import type { Db } from './schema.ts'

/**
 * Calls `heard` when another program has committed to the database, such as a command beside the
 * server: its news reach no listener here. The returned function ends it.
 */
export function onForeignCommit(db: Db, heard: () => void, everyMs = 2000): () => void {
  const connection = connectionOf(db)
  // SQLite's count of commits by other connections; asking for it reads no page.
  const version = () => connection.pragma('data_version', { simple: true })
  let known = version()
  const timer = setInterval(() => {
    const now = version()
    if (now === known) return
    known = now
    heard()
  }, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
