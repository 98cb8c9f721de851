import { pino } from 'pino'
import { Channels } from '../channel/registry.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db/schema.ts'
import { DomainError } from '../errors.ts'
import { loadWords } from '../i18n/words.ts'
import { createJobs } from '../jobs/jobs.ts'
import type { ChannelDefinition } from '../plugin-api/channel.ts'
import type { SecretBox } from '../secret/box.ts'
import { activatePlugin, endActivation } from './activate.ts'
import { findInstalled } from './install/installed.ts'
import { openHooks } from './hook/open.ts'
import { wordPrefix } from './locale.ts'
import { openCalls, openFetcher } from './open.ts'
import { createOffers } from './offers.ts'
import { PluginRouter } from './router.ts'
import { bundledSource } from './scan.ts'
import { listPluginRows } from './state.ts'

interface Base {
  config: Pick<Config, 'dataDir' | 'privateHosts'>
  db: Db
  secrets: SecretBox
}

/**
 * Runs `work` with one channel, for a command: its plugin starts for that time in this process, and
 * nothing is written about its state, so that a server beside it goes on undisturbed.
 */
export async function withChannel<T>(
  base: Base,
  type: string,
  work: (definition: ChannelDefinition, texts: (key: string) => string) => Promise<T>
): Promise<T> {
  const clock = () => new Date()
  const { dataDir } = base.config
  const found = [...(await findInstalled(base.db, dataDir, [bundledSource], clock())).values()]
  const rows = await listPluginRows(base.db)
  const plugin = found.find(one => one.manifest?.provides.includes(`channel:${type}`))
  if (!plugin) throw new DomainError('no_such_channel', 404, { type })
  if (!rows.get(plugin.id)?.is_active) throw new DomainError('plugin_off', 409, { id: plugin.id })
  const log = pino({ level: 'silent' })
  const words = loadWords()
  const fetcher = openFetcher(base)
  const channels = new Channels()
  const jobs = createJobs(base.db, { clock, log })
  const calls = openCalls({ ...base, log, clock }, () => {})
  const offers = createOffers({ calls })
  const hooks = openHooks({ db: base.db, log, clock, calls })
  const own = { log, clock, words, jobs, channels, fetcher, calls, hooks, offers }
  const tools = { ...base, reader: base.db, ...own, dataDir, sources: [] }
  const versions = found.map(one => [one.id, one.manifest?.version ?? ''] as const)
  const active = await activatePlugin(tools, new PluginRouter(), plugin, new Map(versions))
  try {
    const definition = channels.get(type)
    if (!definition) throw new DomainError('no_such_channel', 404, { type })
    const { t } = words.translator('en', 'UTC')
    return await work(definition, key => t(`${wordPrefix(plugin.id)}.${key}`))
  } finally {
    await endActivation(active)
    hooks.stop()
    await fetcher.close()
  }
}
