import type { Db } from '../db/schema.ts'
import { notFound } from '../errors.ts'
import type { ChannelCapabilities } from '../plugin-api/channel.ts'
import type { Account } from './table.ts'

/** Throws not_found. */
export async function findAccount(db: Db, id: number): Promise<Account> {
  const account = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
  if (!account) throw notFound('account')
  return account
}

/** All accounts by name; there are few. */
export function listAccounts(db: Db, filter: { type?: string } = {}): Promise<Account[]> {
  const all = db.selectFrom('account').selectAll().orderBy('name').orderBy('id').limit(500)
  return (filter.type === undefined ? all : all.where('type', '=', filter.type)).execute()
}

/** What the account's channel last said it can do. */
export function capabilitiesOf(account: Pick<Account, 'capabilities'>): ChannelCapabilities {
  return { ...plainest, ...(JSON.parse(account.capabilities) as Partial<ChannelCapabilities>) }
}

/** Of a channel that has not said anything yet: nothing special. */
const plainest: ChannelCapabilities = {
  text: { maxLength: 4096, format: 'plain' },
  hasSubject: false,
  hasCopies: false,
  attachments: { perStep: 0, maxBytes: 0, withText: false },
  startsBy: [],
  sendsNotices: false,
  receipts: { delivered: false, read: false },
  isIdempotent: false,
  rate: { perMinute: 60, parallel: 1 },
  undoSeconds: 0
}
