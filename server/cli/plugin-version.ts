import type { PluginEntry } from '../plugin-host/host.ts'
import { ask } from './plugin-errand.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'

/** To the version that waits; the old one stays when the new one cannot start. */
export async function updatePlugin(id: string, { accept }: { accept?: boolean }): Promise<void> {
  const { value } = await ask<PluginEntry>({ verb: 'update', id, isAgreed: accept ?? false })
  tell(value)
}

export async function rollBackPlugin(id: string): Promise<void> {
  const { value } = await ask<PluginEntry>({ verb: 'rollback', id })
  tell(value)
}

function tell({ id, version, state, reason, updateError }: PluginEntry): void {
  if (updateError !== null) {
    throw new Refusal(`The update of ${id} did not work; ${version} stays: ${updateError}`)
  }
  say(`${id} is ${version} now and ${state}.${reason ? ` ${reason}` : ''}`)
}
