import type { AccountContext } from '../../plugin-api/account.ts'
import type { ChannelSession } from '../../plugin-api/channel.ts'
import { failureOf } from '../failure.ts'
import { within, type Timing } from '../timing.ts'

/** What is told for politeness, in words that no message depends on. */
export interface CourtesyTools {
  sessions: { session(accountId: number): ChannelSession | null }
  timing: Timing
  log: AccountContext['log']
}

const limitMs = 5000

/** Tells a channel something once, in 5 s. What goes wrong stays with the channel: nobody waits for it. */
export async function tellKindly(
  { timing, log }: CourtesyTools,
  accountId: number,
  ending: AbortSignal,
  work: (signal: AbortSignal) => Promise<void> | undefined
): Promise<void> {
  const late = new AbortController()
  try {
    const telling = Promise.resolve(work(AbortSignal.any([late.signal, ending])))
    await within(timing, limitMs, telling, () => new Error('The channel did not answer in time'))
  } catch (error) {
    log.debug({ account: accountId, reason: failureOf(error).text }, 'not told')
  } finally {
    late.abort()
  }
}
