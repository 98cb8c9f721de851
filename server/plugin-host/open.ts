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
  const { config, db } = base
  const fetcher = createFetch({
    privateHosts: async () => [...config.privateHosts, ...(await getSetting(db, 'privateHosts'))]
  })
  const sources = [bundledSource, droppedSource(config.dataDir)]
  return { fetcher, plugins: new PluginHost({ ...base, fetcher, sources }) }
}
