import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'

/** Somebody else works on this data folder. */
export class AlreadyRunning extends Error {
  constructor(dataDir: string, pid: string) {
    super(`Sapa is already running on ${dataDir}${pid ? ` (process ${pid})` : ''}.`)
    this.name = 'AlreadyRunning'
  }
}

/**
 * Keeps a second server away from the data folder. The lock is the operating system's, so that it
 * ends with the process however that dies; process numbers alone come back, above all in containers.
 */
export function lockDataDir(dataDir: string): () => void {
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
  writeFileSync(pidFile, `${process.pid}\n`)
  return () => {
    rmSync(pidFile, { force: true })
    lock.close()
  }
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}
