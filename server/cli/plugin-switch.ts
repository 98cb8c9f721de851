import type { PluginEntry } from '../plugin-host/host.ts'
import { ask } from './plugin-errand.ts'
import { Refusal } from './refusal.ts'
import { say } from './say.ts'

/** Switches a plugin on; ends with 1 when it could not start. */
export async function activatePlugin(id: string): Promise<void> {
  const { value, isServing } = await ask<PluginEntry>({ verb: 'activate', id })
  const { state, reason } = value
  if (state !== 'active') {
    throw new Refusal(`${id} is switched on, but it is ${state}: ${reason ?? 'no reason is known'}`)
  }
  say(
    `${id} is active. ${isServing ? 'The running server uses it.' : 'It runs from the next start.'}`
  )
}

export async function deactivatePlugin(id: string): Promise<void> {
  await ask({ verb: 'deactivate', id })
  say(`${id} is switched off. What it has stored is kept.`)
}
