import type { Logger } from 'pino'
import { blame } from './attribution.ts'
import type { PluginHost } from './host.ts'

/** So many faults within so short a time take a plugin out of service. */
const limit = { faults: 5, withinMs: 60_000 }

export interface FaultWatch {
  /** From now on faults have consequences; those that came before count. */
  attach(plugins: Pick<PluginHost, 'quarantine'>, log: Logger, stop: () => void): void
}

interface Fault {
  plugin: string | null
  error: unknown
}

/**
 * Errors that nobody caught. One that is traced to a plugin is logged, and several take that plugin
 * out of service; the inbox goes on. One of our own ends the process, because nobody knows what it
 * has left half done. Watches from the start: plugins run before everything else is up.
 */
export function watchFaults(): FaultWatch {
  const early: Fault[] = []
  let onFault = (fault: Fault) => {
    if (fault.plugin === null) throw fault.error
    early.push(fault)
  }
  const hear = (error: unknown) => onFault({ plugin: blame(error), error })
  process.on('uncaughtException', hear)
  process.on('unhandledRejection', hear)
  return {
    attach(plugins, log, stop) {
      onFault = faultHandler(plugins, log, stop)
      for (const fault of early.splice(0)) onFault(fault)
    }
  }
}

function faultHandler(
  plugins: Pick<PluginHost, 'quarantine'>,
  log: Logger,
  stop: () => void
): (fault: Fault) => void {
  const times = new Map<string, number[]>()
  return ({ plugin, error }) => {
    if (plugin === null) {
      log.fatal({ err: error }, 'an error that nobody caught')
      return stop()
    }
    log.error({ err: error, plugin }, 'a plugin left an error uncaught')
    const since = Date.now() - limit.withinMs
    const recent = [...(times.get(plugin) ?? []).filter(at => at > since), Date.now()]
    times.set(plugin, recent)
    if (recent.length < limit.faults) return
    times.delete(plugin)
    void quarantine(plugins, plugin, error, log)
  }
}

async function quarantine(
  plugins: Pick<PluginHost, 'quarantine'>,
  plugin: string,
  error: unknown,
  log: Logger
): Promise<void> {
  try {
    await plugins.quarantine(plugin, error)
  } catch (failure) {
    log.error({ err: failure, plugin }, 'a plugin could not be taken out of service')
  }
}
