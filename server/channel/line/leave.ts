import type { ChannelDefinition } from '../../plugin-api/channel.ts'
import { within } from '../timing.ts'
import type { Account } from '../table.ts'
import { accountContext, type LineTools } from './context.ts'

const leaveLimitMs = 5_000

/** What the channel has set up at its provider goes. Throws when the provider refuses or does not answer in 5 s. */
export async function leaveProvider(
  tools: LineTools,
  definition: ChannelDefinition,
  account: Account,
  end = new AbortController()
): Promise<void> {
  if (!definition.leave) return
  const late = () => new Error('The provider did not answer in time')
  const line = { signal: end.signal, state: () => undefined, saved: () => undefined }
  const leaving = accountContext(tools, definition, account, line).then(context =>
    definition.leave?.(context)
  )
  await within(tools.timing, leaveLimitMs, leaving, late).finally(() => end.abort())
}
