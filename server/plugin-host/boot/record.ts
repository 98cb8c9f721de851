import {
  closeSync,
  constants,
  fdatasyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync
} from 'node:fs'
import { join } from 'node:path'

/** What the next start must know when this process ends without a word. */
export interface BootRecord {
  /** When this start began. */
  at: number
  /** Until a healthy minute has passed. */
  isStarting: boolean
  /** Whose code is being imported or set up just now. */
  plugin: string | null
  /** Starts before this one that ended without a word and without a name. */
  failures: number[]
  /** Of the machine's own start: one that lost its power tells nothing about plugins. */
  machine: string
}

/** One sector, written over in place: there is never half of it. */
const size = 512
const { O_CREAT, O_WRONLY } = constants

const recordFile = (dataDir: string) => join(dataDir, 'boot.json')

/** Null when the last process ended in order. A file that is something else must not stop the start. */
export function readRecord(dataDir: string): BootRecord | null {
  try {
    return checked(JSON.parse(readFileSync(recordFile(dataDir), 'utf8')) as Partial<BootRecord>)
  } catch {
    return null
  }
}

function checked(given: Partial<BootRecord>): BootRecord | null {
  const { at, isStarting, plugin = null, failures, machine } = given
  const isWhole =
    typeof at === 'number' &&
    typeof isStarting === 'boolean' &&
    (plugin === null || typeof plugin === 'string') &&
    typeof machine === 'string' &&
    Array.isArray(failures) &&
    failures.every(time => typeof time === 'number')
  return isWhole ? { at, isStarting, plugin, failures, machine } : null
}

/** `isSafe`: on the disk before this returns, for what may take the whole machine along. */
export function writeRecord(dataDir: string, record: BootRecord, isSafe: boolean): void {
  const file = openSync(recordFile(dataDir), O_CREAT | O_WRONLY, 0o600)
  try {
    writeSync(file, JSON.stringify(record).padEnd(size))
    if (isSafe) fdatasyncSync(file)
  } finally {
    closeSync(file)
  }
}

export function removeRecord(dataDir: string): void {
  rmSync(recordFile(dataDir), { force: true })
}

/** Another text after each start of the machine; empty where the system does not tell. */
export function machineRun(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}
