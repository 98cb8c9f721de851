import inspector from 'node:inspector'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { pauses } from '../../db/pause.ts'
import { frameQueries } from '../../db/statements.ts'
import { codeFile, isCompiled } from '../../paths.ts'
import { running, runNamed } from '../attribution.ts'
import { entered, onNames } from './entered.ts'
import { beatsPerHang } from './patience.ts'

/** What the thread is given. */
export interface WatchData {
  dataDir: string
  hangMs: number
  /** Counts up while the event loop turns. */
  beats: Int32Array
  pauses: Int32Array
  entered: Int32Array
}

/**
 * A thread that notices when the event loop stands still for `hangMs`, finds out whose code keeps it,
 * leaves `crash.json` and ends the process. Costs about 10 MB. Not under a debugger.
 */
export function startWatchdog(options: { dataDir: string; hangMs: number }): Watchdog | null {
  if (options.hangMs === 0 || !isCompiled || inspector.url() !== undefined) return null
  return new Watchdog(options)
}

class Watchdog {
  readonly #beats = new Int32Array(new SharedArrayBuffer(4))
  readonly #timer: NodeJS.Timeout
  readonly #thread: Worker
  #log: Logger | undefined

  constructor({ dataDir, hangMs }: { dataDir: string; hangMs: number }) {
    const answer = Symbol.for('sapa.running')
    // The thread asks for it through the inspector, while this one stands still.
    Object.assign(globalThis, { [answer]: running })
    frameQueries(runNamed)
    const data: WatchData = { dataDir, hangMs, beats: this.#beats, pauses, entered }
    this.#thread = new Worker(codeFile('server/plugin-host/boot/watchdog-thread'), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
      env: {},
      execArgv: []
    })
    this.#thread.unref()
    this.#thread.on('error', error => this.#log?.error({ err: error }, 'the watchdog ended'))
    onNames((name, number) => this.#thread.postMessage({ name, number }))
    this.#timer = setInterval(() => this.#beat(), hangMs / beatsPerHang).unref()
  }

  /** From now on it can say when it ends itself. */
  attach(log: Logger): void {
    this.#log = log
  }

  #beat(): void {
    Atomics.add(this.#beats, 0, 1)
    // Somebody has come with a debugger and may stop us at any line.
    if (inspector.url() !== undefined) this.#end()
  }

  #end(): void {
    clearInterval(this.#timer)
    onNames(() => {})
    void this.#thread.terminate()
  }
}
