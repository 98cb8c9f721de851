import type { PollResult } from '../../plugin-api/channel.ts'
import type { LineTools } from './context.ts'
import { appendJournal } from '../journal/append.ts'
import { pause } from '../timing.ts'

/** A poll that says nothing for so long hangs; it is broken off and counts as a failure. */
const longestPollMs = 15 * 60_000

/** Between polls of a channel that answers at once with nothing. */
const idleMs = 5_000

/** One call of `poll`: what it brought is kept with its cursor before the next one begins. */
export async function pollOnce(
  tools: LineTools,
  accountId: number,
  poll: (cursor: string | null, signal: AbortSignal) => Promise<PollResult>,
  signal: AbortSignal
): Promise<void> {
  const { db, timing } = tools
  const { cursor } = await db
    .selectFrom('account')
    .select('cursor')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  const startedAt = timing.now().getTime()
  const result = await guarded(tools, signal, ends => poll(cursor, ends))
  if (result.items.length > 0 || result.cursor !== cursor) {
    const options = { blobs: tools.blobs, cursor: result.cursor }
    await appendJournal(db, accountId, result.items, options, timing.now())
  }
  const isIdle = !result.more && (result.items.length === 0 || result.cursor === cursor)
  if (isIdle && timing.now().getTime() - startedAt < idleMs) await pause(timing, idleMs, signal)
}

async function guarded<T>(
  tools: LineTools,
  signal: AbortSignal,
  poll: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const ends = new AbortController()
  const end = () => ends.abort(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  try {
    return await new Promise<T>((resolve, reject) => {
      const cancel = tools.timing.after(longestPollMs, () => {
        ends.abort()
        reject(new Error('The channel did not answer a poll in time'))
      })
      void poll(ends.signal).then(resolve, reject).finally(cancel)
    })
  } finally {
    signal.removeEventListener('abort', end)
  }
}
