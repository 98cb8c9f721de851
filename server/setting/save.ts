import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { getSettings } from './get.ts'
import { rules, settingKeys, type Settings } from './schema.ts'
import { setValue } from './value.ts'

/** Changes some of the owner's choices, all or none. */
export async function saveSettings(db: Db, patch: Partial<Settings>, now: Date): Promise<Settings> {
  return inTransaction(db, async trx => {
    const settings = { ...(await getSettings(trx)), ...patch }
    check(settings)
    const keys = Object.keys(patch) as (keyof Settings)[]
    for (const key of keys) await setValue(trx, key, JSON.stringify(settings[key]), now)
    announce(trx, { topic: 'settings.changed', keys })
    return settings
  })
}

/** Changes one of the owner's choices. */
export async function setSetting<Key extends keyof Settings>(
  db: Db,
  key: Key,
  value: Settings[Key],
  now: Date
): Promise<void> {
  await saveSettings(db, { [key]: value }, now)
}

function check(settings: Settings): void {
  const known = new Set<string>(settingKeys)
  const wrong = [
    ...Object.keys(settings).filter(key => !known.has(key)),
    ...settingKeys.filter(key => !rules[key].fits(settings[key]))
  ]
  if (wrong.length === 0) return
  throw new InvalidInput(Object.fromEntries(wrong.map(key => [key, 'error.field.invalid'])))
}
