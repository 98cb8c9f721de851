import { readCrash, removeCrash, type Crash } from './crash.ts'
import { machineRun, readRecord, removeRecord, writeRecord, type BootRecord } from './record.ts'
import type { Why } from './why.ts'

const failuresToSafeMode = 3
const failureWindowMs = 10 * 60_000

/** The plugin that ended the last process. */
export interface Culprit {
  plugin: string
  why: Why
  error: Error
}

export interface SafeMode {
  /** By the owner's wish, or because Sapa did not survive several starts. */
  cause: 'asked' | 'failed_boots'
  since: number
}

export interface BootOptions {
  dataDir: string
  clock: () => Date
  /** `--safe` or SAPA_SAFE. */
  isSafe: boolean
  /** Off: a process that ended without a word is nobody's fault. */
  isGuarded: boolean
  /** How long a start must last to count as a good one. */
  healthyMs: number
}

/**
 * Remembers on the disk what a dead process can no longer say: that it was starting, and whose code
 * it was about to run. The next start reads it and leaves out who has ended the last one.
 */
export class Boot {
  readonly culprit: Culprit | null = null
  /** What the watchdog has seen, also when it could name nobody. */
  readonly crash: Crash | null = null
  readonly #options: BootOptions
  #record: BootRecord
  #safeMode: SafeMode | null = null
  #timer: NodeJS.Timeout | undefined
  #hasFailed = false

  /** Reads what the last process has left. Call it once, and only as the owner of the data folder. */
  constructor(options: BootOptions) {
    this.#options = options
    const { dataDir, clock, isSafe, isGuarded } = options
    const at = clock().getTime()
    const last = isGuarded ? readRecord(dataDir) : null
    this.crash = readCrash(dataDir)
    this.culprit = culpritOf(last, this.crash)
    const failures = failuresOf(last, this.crash, this.culprit, at)
    this.#record = { at, isStarting: true, plugin: null, failures, machine: machineRun() }
    if (isSafe) this.#safeMode = { cause: 'asked', since: at }
    else if (failures.length >= failuresToSafeMode) {
      this.#safeMode = { cause: 'failed_boots', since: at }
    }
    this.#write(true)
  }

  get safeMode(): SafeMode | null {
    return this.#safeMode
  }

  /** What the watchdog left is kept elsewhere now. */
  settled(): void {
    removeCrash(this.#options.dataDir)
  }

  /** From here until `leave` the process is in this plugin's hands. */
  enter(plugin: string): void {
    this.#record.plugin = plugin
    this.#write(true)
  }

  leave(): void {
    this.#record.plugin = null
    if (this.#record.isStarting) this.#write(false)
    else this.#forget()
  }

  /** Everything is up. When it still is after a while, the start was a good one. */
  finish(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#thrive(), this.#options.healthyMs).unref()
  }

  /** The process ends because of an error of its own: that is no end in order. */
  fail(): void {
    this.#hasFailed = true
  }

  /** Ends in order. */
  close(): void {
    clearTimeout(this.#timer)
    if (!this.#hasFailed) this.#forget()
  }

  setSafeMode(safeMode: SafeMode | null): void {
    this.#safeMode = safeMode
    if (safeMode) return
    this.#record = { ...this.#record, isStarting: true, failures: [] }
    this.#write(false)
    this.finish()
  }

  #thrive(): void {
    this.#record = { ...this.#record, isStarting: false, failures: [] }
    if (this.#record.plugin === null) this.#forget()
    else this.#write(false)
  }

  #write(isSafe: boolean): void {
    if (this.#options.isGuarded) writeRecord(this.#options.dataDir, this.#record, isSafe)
  }

  #forget(): void {
    removeRecord(this.#options.dataDir)
  }
}

/** A stalled server has its own witness; else whoever was being started. */
function culpritOf(last: BootRecord | null, crash: Crash | null): Culprit | null {
  if (crash?.plugin) {
    const { plugin, entry } = crash
    return { plugin, why: { kind: 'hang', entry }, error: new Error(hangText(crash)) }
  }
  if (!last?.plugin || last.machine !== machineRun()) return null
  const why: Why = { kind: crash ? 'hang' : 'boot', entry: crash?.entry ?? 'setup' }
  const text = crash ? hangText(crash) : 'The process ended while this plugin was being started'
  return { plugin: last.plugin, why, error: new Error(text) }
}

function hangText({ entry, stack }: Crash): string {
  return [`Sapa stood still in ${entry}`, ...stack.slice(0, 5)].join('\n')
}

/** Those of the last minutes that nobody is named for, the last process among them. */
function failuresOf(
  last: BootRecord | null,
  crash: Crash | null,
  culprit: Culprit | null,
  now: number
): number[] {
  const isNameless = culprit === null && (last?.isStarting === true || crash !== null)
  const latest = crash?.at ?? last?.at ?? now
  return [...(last?.failures ?? []), ...(isNameless ? [latest] : [])].filter(
    at => at > now - failureWindowMs
  )
}
