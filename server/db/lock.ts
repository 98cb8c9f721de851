import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import SQLite from 'better-sqlite3'

const askEveryMs = 50

/** A server does what commands ask of it; a command itself is done soon. */
export type Holder = 'server' | 'command'

/** Somebody else works on this data folder. */
export class AlreadyRunning extends Error {
  readonly holder: Holder

  constructor(dataDir: string, { pid, holder }: { pid: string; holder: Holder }) {
    const which = pid ? ` (process ${pid})` : ''
    super(
      holder === 'server'
        ? `Sapa is already running on ${dataDir}${which}.`
        : `Another command is at work on ${dataDir}${which}. Try again when it is done.`
    )
    this.name = 'AlreadyRunning'
    this.holder = holder
  }
}

/**
 * Keeps a second server away from the data folder. The lock is the operating system's, so that it
 * ends with the process however that dies; process numbers alone come back, above all in containers.
 */
export function lockDataDir(dataDir: string, holder: Holder = 'server'): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const pidFile = join(dataDir, 'sapa.pid')
  const lock = new SQLite(join(dataDir, 'sapa.lock'), { timeout: 0 })
  try {
    lock.pragma('locking_mode = exclusive')
    lock.exec('begin exclusive')
  } catch {
    lock.close()
    throw new AlreadyRunning(dataDir, readPid(pidFile))
  }
  writeFileSync(pidFile, `${process.pid}\n${holder === 'command' ? 'command\n' : ''}`)
  return () => {
    // A second time it would be somebody else's file.
    if (!lock.open) return
    rmSync(pidFile, { force: true })
    lock.close()
  }
}

/** The same as soon as the commands that work there are done. A server is not waited for. */
export async function lockAfterCommands(
  dataDir: string,
  holder: Holder,
  patienceMs = 60_000
): Promise<() => void> {
  const until = performance.now() + patienceMs
  for (;;) {
    try {
      return lockDataDir(dataDir, holder)
    } catch (error) {
      const isCommand = error instanceof AlreadyRunning && error.holder === 'command'
      if (!isCommand || performance.now() > until) throw error
    }
    await pause(askEveryMs)
  }
}

/** A file that is not there, or not yet, belongs to somebody who comes or goes just now. */
function readPid(file: string): { pid: string; holder: Holder } {
  try {
    const [pid = '', role = ''] = readFileSync(file, 'utf8').split('\n')
    return { pid, holder: pid === '' || role === 'command' ? 'command' : 'server' }
  } catch {
    return { pid: '', holder: 'command' }
  }
}
