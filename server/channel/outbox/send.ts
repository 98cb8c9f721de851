import type { ChannelSession } from '../../plugin-api/channel.ts'
import type { ChannelFailure, SendResult } from '../../plugin-api/outbound.ts'
import type { BlobStore } from '../../blob/store.ts'
import type { Db } from '../../db/schema.ts'
import { failureOf, type Failure } from '../failure.ts'
import { refuseFormer } from './refuse-former.ts'
import { outboundStep, type Ends } from './request.ts'
import type { OutboxStepRow } from '../table.ts'
import { within, type Timing } from '../timing.ts'

/** RFC 5321 asks to wait ten minutes for the answer to a mail; less makes doubles. */
const sendLimitMs = 12 * 60_000
const lookLimitMs = 60_000

export type Outcome =
  | { kind: 'sent'; result: SendResult }
  | { kind: 'failed'; failure: Failure }
  /** Broken off by us: the step stays `sending`, and the next start looks it up. */
  | { kind: 'left' }

interface SendTools {
  db: Db
  blobs: BlobStore
  timing: Timing
}

/** One request to the provider; whatever happens, the answer is one of three. */
export async function sendStep(
  tools: SendTools,
  session: ChannelSession,
  row: OutboxStepRow,
  ends: Ends
): Promise<Outcome> {
  try {
    await refuseFormer(tools.db, row)
    const step = await outboundStep(tools.db, tools.blobs, row, ends, tools.timing.now)
    const result = await within(tools.timing, sendLimitMs, session.send(step), tooLate)
    return { kind: 'sent', result }
  } catch (error) {
    const failure = failureOf(error)
    const isCertain = !failure.isUnexpected && failure.kind !== 'unknown_outcome'
    if (ends.cut.aborted && !isCertain) return { kind: 'left' }
    if (failure.kind !== 'unknown_outcome' || row.kind === 'action')
      return { kind: 'failed', failure }
    return (await findSent(tools, session, row.client_ref)) ?? { kind: 'failed', failure }
  }
}

/** Asks the channel whether it went out. Null: it cannot tell, or it has not found it yet. */
export async function findSent(
  tools: Pick<SendTools, 'timing'>,
  session: ChannelSession,
  clientRef: string
): Promise<Outcome | null> {
  if (!session.findSent) return null
  const ends = new AbortController()
  try {
    const search = session.findSent(clientRef, ends.signal)
    const found = await within(tools.timing, lookLimitMs, search, tooLate)
    return found && { kind: 'sent', result: { remoteId: found.remoteId, status: 'sent' } }
  } catch {
    // Not knowing is an answer: the step becomes `unknown`, and a human may ask again.
    return null
  } finally {
    ends.abort()
  }
}

function tooLate(): ChannelFailure {
  const failure = 'unknown_outcome' as const
  return Object.assign(new Error('The provider did not answer in time'), { failure, detail: {} })
}
