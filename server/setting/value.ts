import type { Db } from '../db/schema.ts'

/** A remembered text that is no setting, such as a check value. Null when it was never set. */
export async function findValue(db: Db, key: string): Promise<string | null> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.value ?? null
}

/** Remembers `value`. Settings of the owner are the business of `saveSettings`. */
export async function setValue(db: Db, key: string, value: string, now: Date): Promise<void> {
  const row = { key, value, updated_at: now.getTime() }
  await db
    .insertInto('setting')
    .values(row)
    .onConflict(conflict => conflict.column('key').doUpdateSet(row))
    .execute()
}
