import { createOwner } from '../agent/create-owner.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Settings } from '../setting/schema.ts'
import { saveSettings } from '../setting/save.ts'
import { withInstallation } from './installation.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'
import { readPassword, type PasswordOptions } from './secret-input.ts'

export interface SetupOptions extends PasswordOptions {
  email: string
  business: string
  name?: string
  locale: Settings['locale']
  timeZone: string
}

export async function setUp(options: SetupOptions): Promise<void> {
  const password = await readPassword(options)
  if (!password) {
    throw new Refusal('Give the password with --password-stdin or in the variable SAPA_PASSWORD.')
  }
  const { email, business, locale, timeZone } = options
  const name = options.name ?? email.split('@')[0] ?? email
  await withInstallation(
    async ({ config, db, now }) => {
      const owner = await inTransaction(db, async trx => {
        await saveSettings(trx, { businessName: business, locale, timeZone }, now)
        return createOwner(trx, { email, name, password, locale, timeZone }, now)
      })
      say(`${business} is set up. Sign in as ${owner.email} on ${config.publicUrl}`)
    },
    { mayCreate: true }
  )
}
