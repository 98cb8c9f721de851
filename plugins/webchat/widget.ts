import { randomBytes } from 'node:crypto'
import type { AccountContext } from 'sapa/plugin-api'
import type { WidgetSettings } from './settings.ts'
import type { ChatDb } from './table.ts'

/** One account while its line is open. */
export interface Widget {
  key: string
  account: AccountContext
  settings: WidgetSettings
}

/** The public key of an account: made once, the same for good. */
export async function widgetKey(db: ChatDb, accountId: number, now: Date): Promise<string> {
  const key = `pub_${randomBytes(12).toString('base64url')}`
  await db
    .insertInto('webchat_widget')
    .values({ account_id: accountId, key, created_at: now.getTime() })
    .onConflict(conflict => conflict.column('account_id').doNothing())
    .execute()
  const row = await db
    .selectFrom('webchat_widget')
    .select('key')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  return row.key
}

/** Whether a key belongs to an account, also while that is closed. */
export async function isKnownKey(db: ChatDb, key: string): Promise<boolean> {
  const row = await db
    .selectFrom('webchat_widget')
    .select('account_id')
    .where('key', '=', key)
    .executeTakeFirst()
  return row !== undefined
}
