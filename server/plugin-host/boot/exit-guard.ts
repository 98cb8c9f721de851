import { syncBuiltinESMExports } from 'node:module'
import { blame } from '../attribution.ts'

type Told = (plugin: string, error: Error) => void

interface Doors {
  exit: (code?: number | string | null) => never
  reallyExit: (code?: number) => never
  abort: () => never
  kill: (pid: number | string, signal?: string | number) => true
}

/**
 * Only the owner ends Sapa. A plugin that tries gets an error instead, and `told` hears of it. What
 * goes around JavaScript, such as a crash in native code, cannot be caught: see the boot record.
 */
export function guardExits(told: Told): void {
  const doors = process as unknown as Doors
  const { exit, reallyExit, abort, kill } = doors
  doors.exit = code => {
    refusePlugins(`process.exit(${code ?? ''})`, told)
    return exit.call(process, code)
  }
  doors.reallyExit = code => {
    refusePlugins(`process.reallyExit(${code ?? ''})`, told)
    return reallyExit.call(process, code)
  }
  doors.abort = () => {
    refusePlugins('process.abort()', told)
    return abort.call(process)
  }
  doors.kill = (pid, signal) => {
    // Signal 0 only asks; zero and negative numbers mean groups with ourselves in them.
    if (signal !== 0 && (Number(pid) === process.pid || Number(pid) <= 0)) {
      refusePlugins(`process.kill(${pid})`, told)
    }
    return kill.call(process, pid, signal)
  }
  // For those who write `import { exit } from 'node:process'`.
  syncBuiltinESMExports()
}

/** Throws when a plugin's code runs. */
export function refusePlugins(call: string, told: Told): void {
  const plugin = blame(new Error(call))
  if (plugin === null) return
  const error = new Error(`The plugin ${plugin} called ${call}, which would have ended Sapa`)
  told(plugin, error)
  throw error
}
