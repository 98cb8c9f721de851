import type { Db } from '../db/schema.ts'
import { findValue, setValue } from '../setting/value.ts'
import type { SecretBox } from './box.ts'

/**
 * Refuses a key that is not the one this database was sealed with, before anything is sealed with it.
 * Call it once at start, after the migrations.
 */
export async function checkKey(db: Db, secrets: SecretBox, now: Date): Promise<void> {
  const sealed = await findValue(db, 'secret.check')
  if (sealed === null) return setValue(db, 'secret.check', secrets.seal(text), now)
  if (!opens(secrets, sealed)) throw new Error(explanation)
}

const text = 'sapa'

const explanation = [
  'The secret key does not fit this database: passwords and tokens of your channels were sealed with another one.',
  'Give SAPA_SECRET_KEY the value it had before, or bring the file secret.key back into the data folder.'
].join(' ')

function opens(secrets: SecretBox, sealed: string): boolean {
  try {
    return secrets.open(sealed) === text
  } catch {
    return false
  }
}
