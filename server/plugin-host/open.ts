import type { Config } from '../config.ts'
import { getSetting } from '../setting/get.ts'
import { isAuthoring, tellFailure } from './author/tell.ts'
import { Calls, type CallParts } from './call/call.ts'
import { FaultLog } from './call/fault-log.ts'
import { createFetch, type Fetcher } from './fetch.ts'
import { openHooks } from './hook/open.ts'
import { PluginHost } from './host.ts'
import { createOffers } from './offers.ts'
import { LogLines } from './log-lines.ts'
import { bundledSource } from './scan.ts'
import type { HostTools } from './tools.ts'

type Made = 'fetcher' | 'sources' | 'dataDir' | 'publicUrl' | 'calls' | 'hooks' | 'offers'

type Base = Omit<HostTools, Made> & {
  config: Pick<Config, 'dataDir' | 'privateHosts' | 'publicUrl'> & { pluginUpload?: boolean }
  /** Origins that others play, for tests. */
  standIns?: ReadonlyMap<string, string> | undefined
}

/** The plugin host of an installation, with nothing started yet. */
export function openPlugins(base: Base): { fetcher: Fetcher; plugins: PluginHost } {
  const fetcher = openFetcher(base)
  const { dataDir, publicUrl } = base.config
  const calls = openCalls(base, (id, error, facts) => {
    plugins.quarantine(id, error, { kind: 'faults', ...facts }).catch((failure: unknown) => {
      base.log.error({ err: failure, plugin: id }, 'a plugin could not be taken out of service')
    })
  })
  const offers = createOffers({ calls })
  const hooks = openHooks({ ...base, calls })
  const lines = new LogLines(base.clock)
  const sources = [bundledSource]
  const isUploadOff = base.config.pluginUpload === false
  const own = {
    ...(isAuthoring() && { onFailure: tellFailure }),
    fetcher,
    dataDir,
    publicUrl,
    sources,
    calls,
    hooks,
    offers,
    lines,
    isUploadOff
  }
  const plugins = new PluginHost({ ...base, ...own })
  return { fetcher, plugins }
}

export function openCalls(
  { db, log, clock }: Pick<Base, 'db' | 'log' | 'clock'>,
  onHopeless: CallParts['onHopeless']
): Calls {
  const faults = new FaultLog(db, log, clock)
  return new Calls({ faults, clock, isTraced: process.env.SAPA_TRACE === 'hooks', onHopeless })
}

export function openFetcher({
  config,
  db,
  standIns
}: Pick<Base, 'db' | 'standIns'> & { config: Pick<Config, 'privateHosts'> }): Fetcher {
  return createFetch({
    standIns,
    privateHosts: async () => [...config.privateHosts, ...(await getSetting(db, 'privateHosts'))]
  })
}
