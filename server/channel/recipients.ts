import type { Db } from '../db/schema.ts'
import { getSettings } from '../setting/get.ts'

/** Somebody whom Sapa writes to on its own account. */
export interface Recipient {
  email: string
  locale: string
  timeZone: string
}

/** Those whom the settings name, else the owners. */
export async function listRecipients(db: Db): Promise<Recipient[]> {
  const { noticeRecipients, locale, timeZone } = await getSettings(db)
  if (noticeRecipients.length === 0) return listOwners(db)
  return noticeRecipients.map(email => ({ email, locale, timeZone }))
}

export async function listOwners(db: Db): Promise<Recipient[]> {
  return db
    .selectFrom('agent')
    .select(['email', 'locale', 'time_zone as timeZone'])
    .where('role', '=', 'owner')
    .where('is_active', '=', 1)
    .execute()
}
