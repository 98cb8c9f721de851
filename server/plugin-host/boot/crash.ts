import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'

/** What the watchdog has left behind before it ended the process. */
export interface Crash {
  kind: 'hang'
  /** Null: nobody could be named. */
  plugin: string | null
  entry: string
  at: number
  /** Innermost frame first. */
  stack: string[]
}

const crashFile = (dataDir: string) => join(dataDir, 'crash.json')

/** Whole and on the disk, or not there. */
export function writeCrash(dataDir: string, crash: Crash): void {
  const draft = `${crashFile(dataDir)}.draft`
  const file = openSync(draft, 'w', 0o600)
  writeSync(file, JSON.stringify(crash))
  fsyncSync(file)
  closeSync(file)
  renameSync(draft, crashFile(dataDir))
}

export function readCrash(dataDir: string): Crash | null {
  try {
    return checked(JSON.parse(readFileSync(crashFile(dataDir), 'utf8')) as Partial<Crash>)
  } catch {
    return null
  }
}

/** A file that is something else must not stop the start. */
function checked({ plugin = null, entry, at, stack }: Partial<Crash>): Crash | null {
  const isWhole =
    (plugin === null || typeof plugin === 'string') &&
    typeof entry === 'string' &&
    typeof at === 'number' &&
    Array.isArray(stack)
  return isWhole ? { kind: 'hang', plugin, entry, at, stack: stack.map(String) } : null
}

export function removeCrash(dataDir: string): void {
  rmSync(crashFile(dataDir), { force: true })
}
