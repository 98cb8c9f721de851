import type { Logger } from 'pino'
import { blame, running } from './attribution.ts'
import { plainError } from '../plain-error.ts'
import { guardExits, refusePlugins } from './boot/exit-guard.ts'
import type { Why } from './boot/why.ts'
import type { PluginHost } from './host.ts'

/** So many faults within so short a time take a plugin out of service. */
const limit = { faults: 5, withinMs: 60_000 }
const toldMs = 10 * 60_000

type Host = Pick<PluginHost, 'quarantine' | 'noteFault'>

export interface FaultWatch {
  /** From now on faults have consequences; those that came before count. */
  attach(plugins: Host, log: Logger, stop: () => void): void
  /** Throws when a plugin's code asks, and counts it. */
  refusePlugins(call: string): void
}

interface Fault {
  plugin: string | null
  entry: string
  kind: Why['kind']
  error: unknown
}

/**
 * Errors that nobody caught, and attempts to end the process. One that is traced to a plugin is logged,
 * and several take that plugin out of service; the inbox goes on. One of our own ends the process,
 * because nobody knows what it has left half done. Watches from the start: plugins run before
 * everything else is up.
 */
export function watchFaults(): FaultWatch {
  const early: Fault[] = []
  const counted = new WeakSet<Error>()
  let onFault = (fault: Fault) => {
    if (fault.plugin === null) throw fault.error
    early.push(fault)
  }
  const entryNow = () => running()?.entry ?? 'uncaught'
  const hear = (thrown: unknown) => {
    const error = plainError(thrown)
    // A refused exit that was not caught either is one fault, not two.
    if (counted.has(error)) return
    onFault({ plugin: blame(error), entry: entryNow(), kind: 'faults', error })
  }
  const refused = (plugin: string, error: Error) => {
    counted.add(error)
    onFault({ plugin, entry: entryNow(), kind: 'exit', error })
  }
  process.on('uncaughtException', hear)
  process.on('unhandledRejection', hear)
  guardExits(refused)
  return {
    refusePlugins: call => refusePlugins(call, refused),
    attach(plugins, log, stop) {
      onFault = faultHandler(plugins, log, stop)
      for (const fault of early.splice(0)) onFault(fault)
    }
  }
}

function faultHandler(plugins: Host, log: Logger, stop: () => void): (fault: Fault) => void {
  const times = new Map<string, number[]>()
  return ({ plugin, entry, kind, error }) => {
    if (plugin === null) {
      log.fatal({ err: error }, 'an error that nobody caught')
      return stop()
    }
    plugins.noteFault(plugin, entry, error)
    const now = Date.now()
    const lately = [...(times.get(plugin) ?? []).filter(at => at > now - toldMs), now]
    times.set(plugin, lately)
    if (lately.filter(at => at > now - limit.withinMs).length < limit.faults) return
    times.delete(plugin)
    const why = { kind, entry, count: lately.length }
    plugins.quarantine(plugin, error, why).catch((failure: unknown) => {
      log.error({ err: failure, plugin }, 'a plugin could not be taken out of service')
    })
  }
}
