import type { BlobStore } from '../blob/store.ts'
import type { Db } from '../db/schema.ts'
import { announce, inTransaction } from '../db/transaction.ts'
import { addJob } from '../jobs/add.ts'
import type { ChannelSession, HistoryResult } from '../plugin-api/channel.ts'
import { appendJournal } from './journal/append.ts'
import { plainError } from '../plain-error.ts'

export interface ImportTools {
  db: Db
  blobs: BlobStore
  sessions: { session(accountId: number): ChannelSession | null }
  clock: () => Date
}

export const importJob = { owner: 'core', name: 'import' } as const

/** How long one run may take before it lets other jobs go first. */
const maxRunMs = 60_000
const waitMs = 30_000

/** Brings in what the account got since `sinceAt`, as a job that a restart does not lose. */
export async function startImport(
  db: Db,
  accountId: number,
  sinceAt: number,
  now: Date
): Promise<void> {
  const fresh = {
    since_at: sinceAt,
    cursor: null,
    done: 0,
    total: null,
    state: 'running' as const,
    error: null,
    created_at: now.getTime(),
    finished_at: null
  }
  await inTransaction(db, async trx => {
    await trx
      .insertInto('account_import')
      .values({ account_id: accountId, ...fresh })
      .onConflict(conflict => conflict.column('account_id').doUpdateSet(fresh))
      .execute()
    await queueImport(trx, accountId, now.getTime(), now)
    announce(trx, { topic: 'account.changed', account: accountId })
  })
}

/** One run of the job: page after page, each kept with the place where it ended. */
export async function runImport(
  tools: ImportTools,
  { accountId }: { accountId: number },
  signal: AbortSignal
): Promise<void> {
  const { db, clock } = tools
  const endAt = clock().getTime() + maxRunMs
  for (;;) {
    const state = await findRunning(db, accountId)
    if (!state) return
    const session = tools.sessions.session(accountId)
    if (!session) return queueImport(db, accountId, clock().getTime() + waitMs, clock())
    const history = session.history?.bind(session)
    if (!history) return settle(db, accountId, { state: 'done', error: null }, clock())
    const page = await readPage(tools, accountId, () =>
      history(state.since_at, state.cursor, signal)
    )
    if (!page) return
    await keepPage(tools, accountId, page)
    if (page.isDone) return
    if (clock().getTime() > endAt) return queueImport(db, accountId, clock().getTime(), clock())
    signal.throwIfAborted()
  }
}

function findRunning(db: Db, accountId: number) {
  return db
    .selectFrom('account_import')
    .innerJoin('account', 'account.id', 'account_import.account_id')
    .select(['account_import.since_at', 'account_import.cursor'])
    .where('account_import.account_id', '=', accountId)
    .where('account_import.state', '=', 'running')
    .executeTakeFirst()
}

/** A failure is shown beside the progress and tried again, unless the provider says never. */
async function readPage(
  { db, clock }: ImportTools,
  accountId: number,
  read: () => Promise<HistoryResult>
): Promise<HistoryResult | null> {
  try {
    return await read()
  } catch (error) {
    const text = plainError(error).message.slice(0, 500)
    if (isPermanent(error)) {
      await settle(db, accountId, { state: 'failed', error: text }, clock())
      return null
    }
    await db
      .updateTable('account_import')
      .set({ error: text })
      .where('account_id', '=', accountId)
      .execute()
    throw error
  }
}

const isPermanent = (error: unknown) =>
  error instanceof Error && 'failure' in error && error.failure === 'permanent'

async function keepPage(tools: ImportTools, accountId: number, page: HistoryResult): Promise<void> {
  const now = tools.clock()
  const progress = { cursor: page.cursor, done: page.done, total: page.total, error: null }
  const ending = page.isDone ? { state: 'done' as const, finished_at: now.getTime() } : {}
  await appendJournal(
    tools.db,
    accountId,
    page.items,
    {
      blobs: tools.blobs,
      isHistory: true,
      also: async trx => {
        await trx
          .updateTable('account_import')
          .set({ ...progress, ...ending })
          .where('account_id', '=', accountId)
          .execute()
      }
    },
    now
  )
}

async function settle(
  db: Db,
  accountId: number,
  ending: { state: 'done' | 'failed'; error: string | null },
  now: Date
): Promise<void> {
  await db
    .updateTable('account_import')
    .set({ ...ending, finished_at: now.getTime() })
    .where('account_id', '=', accountId)
    .execute()
}

function queueImport(db: Db, accountId: number, runAt: number, now: Date): Promise<void> {
  const job = { ...importJob, payload: { accountId }, key: String(accountId), runAt }
  return addJob(db, { ...job, maxAttempts: 1000 }, now)
}
