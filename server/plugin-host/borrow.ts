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
import type { Active } from './active.ts'
import { findInstalled } from './install/installed.ts'
import { openHooks } from './hook/open.ts'
import { wordPrefix } from './locale.ts'
import { openCalls, openFetcher } from './open.ts'
import { createOffers } from './offers.ts'
import { PluginRouter } from './router.ts'
import { bundledSource, type Found } from './scan.ts'
import { listPluginRows } from './state.ts'

interface Base {
  config: Pick<Config, 'dataDir' | 'privateHosts' | 'publicUrl'>
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
  const { found, isWanted } = await lookAround(base)
  const plugin = found.find(one => one.manifest?.provides.includes(`channel:${type}`))
  if (!plugin) throw new DomainError('no_such_channel', 404, { type })
  if (!isWanted(plugin)) throw new DomainError('plugin_off', 409, { id: plugin.id })
  return borrow(base, found, [plugin], async ({ channels, words }) => {
    const definition = channels.get(type)
    if (!definition) throw new DomainError('no_such_channel', 404, { type })
    const { t } = words.translator('en', 'UTC')
    return work(definition, key => t(`${wordPrefix(plugin.id)}.${key}`))
  })
}

/** The same with one plugin, and with those that it builds on. */
export async function withPlugin<T>(
  base: Base,
  id: string,
  work: (tools: Borrowed) => Promise<T>
): Promise<T> {
  const { found, isWanted } = await lookAround(base)
  const plugin = found.find(one => one.id === id)
  if (!plugin) throw new DomainError('no_such_plugin', 404, { id })
  if (!isWanted(plugin)) throw new DomainError('plugin_off', 409, { id })
  return borrow(base, found, neededBy(plugin, found.filter(isWanted)), work)
}

async function lookAround({ db, config }: Base) {
  const plugins = await findInstalled(db, config.dataDir, [bundledSource], new Date())
  const rows = await listPluginRows(db)
  const isWanted = ({ id }: Found) => rows.get(id)?.is_active === 1
  return { found: [...plugins.values()], isWanted }
}

/** The plugin last, before it what it requires or uses, each once. */
function neededBy(plugin: Found, wanted: Found[], before: Found[] = []): Found[] {
  const { requires, optional } = plugin.manifest ?? {}
  const ids = Object.keys({ ...requires?.plugins, ...optional?.plugins })
  const needed = wanted.filter(({ id }) => ids.includes(id) && id !== plugin.id)
  const isNew = (one: Found) => ![plugin, ...before].includes(one)
  const all = needed.filter(isNew).flatMap(one => neededBy(one, wanted, [...before, plugin]))
  return [...new Set([...all, plugin])]
}

type Borrowed = ReturnType<typeof toolsOf>

async function borrow<T>(
  base: Base,
  found: Found[],
  plugins: Found[],
  work: (tools: Borrowed) => Promise<T>
): Promise<T> {
  const tools = toolsOf(base)
  const versions = new Map(found.map(one => [one.id, one.manifest?.version ?? '']))
  const running: Active[] = []
  try {
    for (const plugin of plugins) {
      running.push(await activatePlugin(tools, new PluginRouter(), plugin, versions))
    }
    return await work(tools)
  } finally {
    for (const active of running.toReversed()) await endActivation(active)
    tools.hooks.stop()
    await tools.fetcher.close()
    await tools.calls.faults.settled()
  }
}

function toolsOf(base: Base) {
  const clock = () => new Date()
  const log = pino({ level: 'silent' })
  const calls = openCalls({ ...base, log, clock }, () => {})
  return {
    ...{ ...base, reader: base.db, log, clock, calls },
    ...{ dataDir: base.config.dataDir, publicUrl: base.config.publicUrl, sources: [] },
    words: loadWords(),
    channels: new Channels(),
    fetcher: openFetcher(base),
    jobs: createJobs(base.db, { clock, log }),
    offers: createOffers({ calls }),
    hooks: openHooks({ db: base.db, log, clock, calls })
  }
}
