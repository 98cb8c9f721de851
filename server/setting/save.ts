import { Errors } from 'typebox/value'
import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { InvalidInput } from '../errors.ts'
import { getSettings } from './get.ts'
import { settingsSchema, type Settings } from './schema.ts'
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
  const wrong = Errors(settingsSchema, settings).map(
    error => error.instancePath.split('/')[1] ?? ''
  )
  if (!isTimeZone(settings.timeZone)) wrong.push('timeZone')
  const fields = wrong.filter(Boolean).map(field => [field, 'error.field.invalid'])
  if (fields.length > 0) throw new InvalidInput(Object.fromEntries(fields))
}

function isTimeZone(name: string): boolean {
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
