import { isWriter } from '../db/open.ts'
import type { Db } from '../db/schema.ts'
import { onCommit } from '../db/transaction.ts'
import { rules, settingKeys, type Settings } from './schema.ts'

declare module '../db/transaction.ts' {
  interface News {
    'settings.changed': { keys: string[] }
  }
}

/** The owner's choices, defaults filled in. Read once, then remembered until they change. */
export async function getSettings(db: Db): Promise<Settings> {
  // A transaction may see what is not committed, and the reader does not hear of commits.
  if (db.isTransaction || !isWriter(db)) return readSettings(db)
  const known = cache.get(db)
  if (known) return known
  listen(db)
  const reading = readSettings(db)
  cache.set(db, reading)
  reading.catch(() => cache.delete(db))
  return reading
}

/** One of the owner's choices. */
export async function getSetting<Key extends keyof Settings>(
  db: Db,
  key: Key
): Promise<Settings[Key]> {
  return (await getSettings(db))[key]
}

const cache = new WeakMap<object, Promise<Settings>>()
const heard = new WeakSet<object>()

function listen(db: Db): void {
  if (heard.has(db)) return
  heard.add(db)
  onCommit(db, news => {
    if (news.some(item => item.topic === 'settings.changed')) cache.delete(db)
  })
}

async function readSettings(db: Db): Promise<Settings> {
  const rows = await db
    .selectFrom('setting')
    .select(['key', 'value'])
    .where('key', 'in', settingKeys)
    .execute()
  const stored = Object.fromEntries(rows.map(row => [row.key, JSON.parse(row.value) as unknown]))
  const settings = settingKeys.map(key => [key, stored[key] ?? rules[key].default])
  return Object.fromEntries(settings) as Settings
}
