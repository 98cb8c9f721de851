import type { Config } from '../config.ts'
import { getSetting } from '../setting/get.ts'
import { createFetch, type Fetcher } from './fetch.ts'
import { PluginHost } from './host.ts'
import { bundledSource, droppedSource } from './scan.ts'
import type { HostTools } from './tools.ts'

type Base = Omit<HostTools, 'fetcher' | 'sources'> & {
  config: Pick<Config, 'dataDir' | 'privateHosts'>
}

/** The plugin host of an installation, with nothing started yet. */
export function openPlugins(base: Base): { fetcher: Fetcher; plugins: PluginHost } {
  const fetcher = openFetcher(base)
  const sources = sourcesOf(base.config)
  return { fetcher, plugins: new PluginHost({ ...base, fetcher, sources }) }
}

export function openFetcher({ config, db }: Pick<Base, 'config' | 'db'>): Fetcher {
  return createFetch({
    privateHosts: async () => [...config.privateHosts, ...(await getSetting(db, 'privateHosts'))]
  })
}

export const sourcesOf = ({ dataDir }: Pick<Config, 'dataDir'>) => [
  bundledSource,
  droppedSource(dataDir)
]
