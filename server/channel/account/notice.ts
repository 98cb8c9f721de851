import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'
import { announce, inTransaction } from '../../db/transaction.ts'
import type { Text } from '../../plugin-api/manifest.ts'
import type { Account } from '../table.ts'

/** Something to do soon, or null when it is done. */
export async function noteAccount(db: Db, id: number, text: Text | null): Promise<void> {
  await inTransaction(db, async trx => {
    const notice = text && JSON.stringify(text)
    await trx.updateTable('account').set({ notice }).where('id', '=', id).execute()
    announce(trx, { topic: 'account.changed', account: id })
  })
}

/** What there is to do soon, as the channel has put it; null when there is nothing. */
export function noticeOf({ notice }: Pick<Account, 'notice'>): Text | null {
  if (notice === null) return null
  const { en, id } = JSON.parse(notice) as Partial<Text>
  return typeof en === 'string' && typeof id === 'string' ? { en, id } : null
}

export interface NoticedAccount {
  id: number
  type: string
  name: string
  notice: Text
}

/** Accounts that work, and about which something is to be done soon. */
export async function listNotices(db: Db): Promise<NoticedAccount[]> {
  const rows = await selectNotices(db, {})
  return rows.flatMap(row => {
    const notice = noticeOf(row)
    return notice ? { id: row.id, type: row.type, name: row.name, notice } : []
  })
}

const selectNotices = prepared()(db =>
  db
    .selectFrom('account')
    .select(['id', 'type', 'name', 'notice'])
    .where('is_enabled', '=', 1)
    .where('notice', 'is not', null)
    .orderBy('name')
    .limit(50)
)
