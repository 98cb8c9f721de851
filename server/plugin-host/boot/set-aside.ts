import { changePlugin } from '../state.ts'
import { plainError } from '../../plain-error.ts'
import type { HostTools } from '../tools.ts'
import type { Why } from './why.ts'

/** Marks a plugin as out of service: wanted, but not to be started by itself. */
export async function setAside(
  { db, calls, clock }: Pick<HostTools, 'db' | 'calls' | 'clock'>,
  id: string,
  error: unknown,
  why: Why
): Promise<void> {
  const { faults } = calls
  faults
    .logOf(id)
    .error({ err: plainError(error), plugin: id, ...why }, 'A plugin was taken out of service')
  await changePlugin(db, id, {
    state: 'quarantined',
    reason: faults.textOf(id, error),
    state_since: clock().getTime(),
    quarantine: JSON.stringify(why)
  })
}

/** Whoever ended the last process stays off, with its last words kept. */
export async function settleLastDeath(
  tools: Pick<HostTools, 'db' | 'log' | 'clock' | 'calls' | 'boot' | 'onQuarantine'>,
  isKnown: (id: string) => boolean
): Promise<void> {
  const { boot, calls, log, onQuarantine } = tools
  const { crash, culprit } = boot ?? {}
  if (culprit && isKnown(culprit.plugin)) {
    const { plugin, why, error } = culprit
    calls.note(plugin, why.entry ?? why.kind, error)
    await setAside(tools, plugin, error, why)
    onQuarantine?.(plugin, why)
  } else if (crash) log.error({ crash }, 'The last process stood still')
  boot?.settled()
}
