import { isDiskFull } from '../../db/full.ts'
import { prepared } from '../../db/prepared.ts'
import type { Db } from '../../db/schema.ts'
import { inTransaction } from '../../db/transaction.ts'
import { DomainError } from '../../errors.ts'
import type { Inbound, ReadyEvent } from '../event/inbound.ts'
import { receive } from '../receive/receive.ts'
import { plainError } from '../../plain-error.ts'

export interface ReadyItem {
  id: number
  inbound: Inbound
  events: ReadyEvent[]
}

/** One commit for several items; more would keep other writers waiting. */
const perCommit = 20

/** Brings items into the timeline, in order. One that fails is set aside alone. */
export async function applyItems(
  db: Db,
  items: readonly ReadyItem[],
  clock: () => Date
): Promise<void> {
  for (let start = 0; start < items.length; start += perCommit) {
    const some = items.slice(start, start + perCommit)
    try {
      await applyTogether(db, some, clock())
    } catch (error) {
      if (isTrouble(error)) throw error
      for (const item of some) await applyAlone(db, item, clock())
    }
  }
}

/** The item could not be read or placed. It waits for an update and a replay. */
export async function failItem(db: Db, id: number, error: unknown, now: Date): Promise<void> {
  await db
    .updateTable('journal')
    .set({ state: 'failed', error: reasonOf(error), finished_at: now.getTime() })
    .where('id', '=', id)
    .execute()
}

/** The disk, not the item: the same item will do later. */
export function isTrouble(error: unknown): boolean {
  if (isDiskFull(error) || (error instanceof DomainError && error.code === 'disk_full')) return true
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^SQLITE_(?:BUSY|LOCKED|IOERR|READONLY|NOMEM|CANTOPEN)|^E(?:IO|MFILE|NFILE|ROFS)$/.test(
    code
  )
}

async function applyAlone(db: Db, item: ReadyItem, now: Date): Promise<void> {
  try {
    await applyTogether(db, [item], now)
  } catch (error) {
    if (isTrouble(error)) throw error
    await failItem(db, item.id, error, now)
  }
}

async function applyTogether(db: Db, items: readonly ReadyItem[], now: Date): Promise<void> {
  await inTransaction(db, async trx => {
    for (const item of items) await applyItem(trx, item, now)
    await noteInbound(trx, items, now)
  })
}

async function applyItem(trx: Db, item: ReadyItem, now: Date): Promise<void> {
  let isStored = false
  for (const event of item.events) {
    if ((await receive(trx, item.inbound, event, now)) === 'stored') isStored = true
  }
  await finish(trx, { id: item.id, state: isStored ? 'done' : 'ignored', at: now.getTime() })
}

const finish = prepared<{ id: number; state: 'done' | 'ignored'; at: number }>()((db, value) =>
  db
    .updateTable('journal')
    .set({ state: value('state'), error: null, finished_at: value('at') })
    .where('id', '=', value('id'))
)

async function noteInbound(trx: Db, items: readonly ReadyItem[], now: Date): Promise<void> {
  const fresh = items.find(item => !item.inbound.isHistory)
  if (!fresh) return
  await trx
    .updateTable('account')
    .set({ last_inbound_at: now.getTime() })
    .where('id', '=', fresh.inbound.account.id)
    .execute()
}

/** Shown to the owner under Settings → Health, never logged: it may hold a piece of the message. */
function reasonOf(error: unknown): string {
  const text = plainError(error).message
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 500) || 'journal.error.unknown'
}
