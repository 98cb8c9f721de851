import { setTimeout as wait } from 'node:timers/promises'
import type { Sapa } from '../../sapa.ts'
import type { PluginEntry } from '../host.ts'
import { lookIntoDropZone } from '../install/dropped.ts'
import { tell } from './tell.ts'

const lookEveryMs = 300

/**
 * While a plugin is being written, what is saved runs: without a restart, and without the owner's
 * Update, which a shop's own installation waits for. A version that does not start leaves the one
 * before in its place. Answers how to end it.
 */
export function followAuthor(sapa: Pick<Sapa, 'plugins' | 'config' | 'log'>): () => Promise<void> {
  const stop = new AbortController()
  const ended = follow(sapa, stop.signal)
  return async () => {
    stop.abort()
    await ended
  }
}

async function follow(
  { plugins, config, log }: Pick<Sapa, 'plugins' | 'config' | 'log'>,
  signal: AbortSignal
): Promise<void> {
  const seen = await marksIn(config.dataDir)
  let before = seen
  while (!signal.aborted) {
    await wait(lookEveryMs, null, { signal }).catch(() => {})
    const marks = await marksIn(config.dataDir)
    for (const [id, mark] of marks) {
      // The same twice: nobody is writing any more.
      if (signal.aborted || mark === seen.get(id) || mark !== before.get(id)) continue
      seen.set(id, mark)
      await take(plugins, id).catch((error: unknown) =>
        log.error({ err: error, plugin: id }, 'A saved plugin could not be tried')
      )
    }
    before = marks
  }
}

/** Looks at folders and times alone; polling costs less than it sounds and sees every editor's way of saving. */
async function marksIn(dataDir: string): Promise<Map<string, string | null>> {
  const dropped = await lookIntoDropZone(dataDir)
  return new Map(dropped.map(({ id, mark }) => [id, mark]))
}

async function take(plugins: Sapa['plugins'], id: string): Promise<void> {
  const start = performance.now()
  await plugins.scan()
  const plugin = await plugins.find(id)
  if (plugin.problem !== null) return tell(id, `not taken: ${plugin.problem}`)
  if (!plugin.isActive) return tell(id, `is here and off: sapa plugin activate ${id}`)
  const after = await exchange(plugins, plugin)
  const ms = Math.round(performance.now() - start)
  if (after.updateError !== null) return tell(id, 'not reloaded, the version before still runs')
  tell(id, after.state === 'active' ? `reloaded in ${ms} ms` : `is ${after.state}: ${after.reason}`)
}

/** One that could not start before has been taken by the look alone. */
function exchange(plugins: Sapa['plugins'], plugin: PluginEntry): Promise<PluginEntry> {
  const { id, offer, state } = plugin
  // Whoever writes it knows what it may do.
  if (offer) return plugins.update(id, { acceptedScopes: offer.scopesAdded })
  return state === 'active' ? Promise.resolve(plugin) : plugins.activate(id)
}
