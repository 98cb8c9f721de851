import { setTimeout as pause } from 'node:timers/promises'
import type { ChannelSession, ProbeResult, ProbeStep } from '../../plugin-api/channel.ts'
import type { Db } from '../../db/schema.ts'
import { findAccount } from './find.ts'

export interface CheckTools {
  db: Db
  supervisor: { session(accountId: number): ChannelSession | null }
}

/** The step that core itself reports when there is no line to ask. */
export const lineStep = 'sapa-line'

const openMs = 15_000
const lookMs = 100

/**
 * Lets the open line of an account look at everything an owner may have got wrong at the provider's. An
 * account that was saved just now is given the time to open.
 */
export async function checkAccount(
  tools: CheckTools,
  accountId: number,
  signal: AbortSignal,
  report: (step: ProbeStep) => void
): Promise<ProbeResult> {
  const session = await sessionOf(tools, accountId, signal)
  if (!session) {
    const { state_reason: reason } = await findAccount(tools.db, accountId)
    report({
      step: lineStep,
      state: 'failed',
      ...(reason === null ? {} : { detail: { en: reason, id: reason } })
    })
    return { isOk: false }
  }
  let isOk = true
  await session.checks?.(signal, step => {
    if (step.state === 'failed') isOk = false
    report(step)
  })
  return { isOk }
}

/** Null when the line does not open, or can only be opened by a human. */
async function sessionOf({ db, supervisor }: CheckTools, id: number, signal: AbortSignal) {
  const end = performance.now() + openMs
  while (performance.now() < end && !signal.aborted) {
    const session = supervisor.session(id)
    if (session) return session
    const { state, is_enabled: isEnabled } = await findAccount(db, id)
    if (state === 'needs_attention' || isEnabled === 0) return null
    await pause(lookMs)
  }
  return null
}
