import type { Db } from '../../db/schema.ts'
import { PoolError } from '../../jobs/pool.ts'
import type { AccountFacts } from '../../plugin-api/account.ts'
import type { ChannelDefinition } from '../../plugin-api/channel.ts'
import type { InboundEvent } from '../../plugin-api/event.ts'
import { accountFacts } from '../account/facts.ts'
import { filterEdit } from '../event/filter-edit.ts'
import { filterInbound, guardMailed } from '../event/filter.ts'
import type { Inbound, ReadyEvent } from '../event/inbound.ts'
import { applyItems, failItem, isTrouble, type ReadyItem } from './apply.ts'
import { claimItems, maxAttempts } from './claim.ts'
import { parseItem, ReaderKilled, type ParseTools } from './parse.ts'
import { prepare } from '../event/prepare.ts'
import type { ReaderParts } from './read.ts'
import { inboundRules } from '../receive/rules.ts'
import type { Account, JournalItem } from '../table.ts'

/** What a process remembers of items between batches. */
export interface BatchMemory {
  /** Ended their reader once: tried again when everything else is read. */
  later: Set<number>
  /** Were in hand when the disk failed: their attempt does not count. */
  spared: Set<number>
}

/** How many items are read at the same time; they are still applied in order. */
const sideBySide = 20

/** Reads some items of one account. False when nothing is left that could be read now. */
export async function readBatch(
  parts: ReaderParts,
  accountId: number,
  memory: BatchMemory
): Promise<boolean> {
  const account = await findAccount(parts.db, accountId)
  const definition = account && parts.channels.get(account.type)
  if (!definition) return false
  const isOutside = Boolean(definition.parseModule && parts.outside)
  const items = await claimItems(parts.db, accountId, { ...memory, isOutside }, parts.clock())
  if (items.length === 0) {
    if (memory.later.size === 0) return false
    memory.later.clear()
    return true
  }
  try {
    await readItems(parts, { account, definition, memory }, items)
    for (const item of items) memory.spared.delete(item.id)
  } catch (error) {
    for (const item of items) memory.spared.add(item.id)
    throw error
  }
  return true
}

interface Reading {
  account: Account
  definition: ChannelDefinition
  memory: BatchMemory
}

async function readItems(
  parts: ReaderParts,
  reading: Reading,
  items: readonly JournalItem[]
): Promise<void> {
  const { db, clock } = parts
  const facts = await accountFacts(db, reading.account)
  const rules = await inboundRules(db)
  for (let start = 0; start < items.length; start += sideBySide) {
    const some = items.slice(start, start + sideBySide)
    const results = await Promise.allSettled(
      some.map(item => readItem(parts, reading, item, facts, rules))
    )
    const ready: ReadyItem[] = []
    for (const [index, result] of results.entries()) {
      const item = some[index]
      if (!item) continue
      if (result.status === 'fulfilled') ready.push(result.value)
      else await refuse(db, reading.memory, item, result.reason, clock())
    }
    await applyItems(db, ready, clock)
  }
}

async function readItem(
  parts: ReaderParts,
  { account, definition }: Reading,
  item: JournalItem,
  facts: AccountFacts,
  rules: Inbound['rules']
): Promise<ReadyItem> {
  // Not the first try: perhaps it was this item that ended a thread, or the process before us.
  const workers = item.attempts > 1 ? (parts.outside ?? parts.workers) : parts.workers
  const parseMs = parts.parseMs ?? patienceMs(item.size)
  const tools: ParseTools = { blobs: parts.blobs, workers, parseMs }
  const events = await parseItem(tools, definition, item, facts)
  const ready = []
  for (const event of events) ready.push(await makeReady(parts, tools, { account, item, event }))
  const isHistory = item.is_history === 1
  return { id: item.id, inbound: { account, journalId: item.id, isHistory, rules }, events: ready }
}

interface Incoming {
  account: Account
  item: JournalItem
  event: InboundEvent
}

/** History is taken as it is: plugins had no say when it was written. */
async function makeReady(
  { db, filtering }: ReaderParts,
  tools: ParseTools,
  { account, item, event }: Incoming
): Promise<ReadyEvent> {
  if (!filtering || item.is_history === 1) return prepare(tools, event)
  if (event.type === 'edit') return prepare(tools, await filterEdit(filtering, db, account, event))
  const mailed =
    event.type === 'message' ? await guardMailed(filtering, db, account, event) : undefined
  const ready = await prepare(tools, await filterInbound(filtering, account, event))
  if (ready.type === 'message' && mailed) ready.message.mailed = mailed
  return ready
}

/** Others wait behind it, so little for a small item; a large one has reasons to take long. */
function patienceMs(size: number): number {
  return 8_000 + size / 1_000
}

async function refuse(
  db: Db,
  memory: BatchMemory,
  item: JournalItem,
  error: unknown,
  now: Date
): Promise<void> {
  if (isTrouble(error) || isStopping(error)) throw error
  const isLast = item.attempts >= maxAttempts
  if (error instanceof ReaderKilled && !isLast) memory.later.add(item.id)
  else await failItem(db, item.id, error, now)
}

const isStopping = (error: unknown) => error instanceof PoolError && error.code === 'stopped'

function findAccount(db: Db, id: number): Promise<Account | undefined> {
  return db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
}
