import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { codeFile, isCompiled } from '../paths.ts'
import type { PoolAnswer, PoolCall, PoolStart } from './pool-worker.ts'

/** Threads for work that would stall every page, such as reading a 25 MB mail. */
export interface WorkerPool {
  /**
   * Calls `exportName` of the module in a thread. A call that takes too long or too much heap ends
   * with its thread and rejects with `PoolError`; other calls go on.
   */
  run<T>(moduleUrl: string, exportName: string, args: unknown[], limits?: PoolLimits): Promise<T>
  stop(): Promise<void>
}

export interface PoolLimits {
  /** Counts from when the thread has loaded the module: that is the machine's time, not the work's. */
  timeoutMs?: number
  /** Bounds the JavaScript heap only: Buffers live outside of it. */
  maxHeapMb?: number
  /** Handed over instead of copied; the caller loses them. */
  transfer?: ArrayBuffer[]
}

export class PoolError extends Error {
  readonly code: 'timeout' | 'memory' | 'crash' | 'stopped'

  constructor(code: PoolError['code'], message: string) {
    super(message)
    this.name = 'PoolError'
    this.code = code
  }
}

interface Call extends PoolCall {
  timeoutMs: number
  maxHeapMb: number
  transfer: ArrayBuffer[]
  resolve(value: unknown): void
  reject(error: Error): void
}

interface Thread {
  worker: Worker
  maxHeapMb: number
  call: Call | null
  timer: NodeJS.Timeout | undefined
}

/** Threads start with the first call and end after `idleMs` without one. */
export function createPool(options: { size?: number; idleMs?: number } = {}): WorkerPool {
  return new Pool(options.size ?? 2, options.idleMs ?? 30_000)
}

/** A cold start on a small, busy machine. */
const loadMs = 60_000

class Pool implements WorkerPool {
  readonly #size: number
  readonly #idleMs: number
  readonly #threads = new Set<Thread>()
  readonly #waiting: Call[] = []
  #lastId = 0
  #isStopped = false

  constructor(size: number, idleMs: number) {
    this.#size = size
    this.#idleMs = idleMs
  }

  run<T>(moduleUrl: string, exportName: string, args: unknown[], limits: PoolLimits = {}) {
    return new Promise<T>((resolve, reject) => {
      if (this.#isStopped) return reject(new PoolError('stopped', 'Sapa is stopping'))
      const { timeoutMs = 30_000, maxHeapMb = 256, transfer = [] } = limits
      const call = { id: ++this.#lastId, moduleUrl, exportName, args, timeoutMs, maxHeapMb }
      this.#waiting.push({ ...call, transfer, resolve: resolve as Call['resolve'], reject })
      this.#next()
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const call of this.#waiting.splice(0)) {
      call.reject(new PoolError('stopped', 'Sapa is stopping'))
    }
    const threads = [...this.#threads]
    for (const thread of threads) this.#end(thread, new PoolError('stopped', 'Sapa is stopping'))
    await Promise.all(threads.map(thread => thread.worker.terminate()))
  }

  #next(): void {
    const call = this.#waiting[0]
    const thread = call && this.#freeThread(call.maxHeapMb)
    if (!thread) return
    this.#waiting.shift()
    this.#begin(thread, call)
    this.#next()
  }

  /** The heap limit is fixed when a thread starts, so an idle one with another limit is replaced. */
  #freeThread(maxHeapMb: number): Thread | undefined {
    const idle = [...this.#threads].filter(thread => !thread.call)
    const fitting = idle.find(thread => thread.maxHeapMb === maxHeapMb)
    if (fitting) return fitting
    if (this.#threads.size < this.#size) return this.#start(maxHeapMb)
    if (!idle[0]) return undefined
    this.#end(idle[0])
    return this.#start(maxHeapMb)
  }

  #start(maxHeapMb: number): Thread {
    const worker = new Worker(entry, {
      eval: !isCompiled,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
      // Secrets of the environment are not for parsers of strangers' mail.
      env: {}
    })
    const thread: Thread = { worker, maxHeapMb, call: null, timer: undefined }
    this.#threads.add(thread)
    worker.unref()
    worker.on('message', (answer: PoolAnswer | PoolStart) => {
      if ('isLoaded' in answer) this.#limit(thread, answer)
      else this.#settle(thread, answer)
    })
    worker.on('error', error => this.#end(thread, failureOf(error)))
    worker.on('exit', () => this.#end(thread, new PoolError('crash', 'The thread ended')))
    return thread
  }

  #begin(thread: Thread, call: Call): void {
    clearTimeout(thread.timer)
    thread.call = call
    thread.worker.ref()
    this.#allow(thread, loadMs + call.timeoutMs)
    const { id, moduleUrl, exportName, args } = call
    try {
      thread.worker.postMessage({ id, moduleUrl, exportName, args }, call.transfer)
    } catch (error) {
      this.#release(thread)
      call.reject(error as Error)
    }
  }

  #limit(thread: Thread, { id }: PoolStart): void {
    if (thread.call?.id === id) this.#allow(thread, thread.call.timeoutMs)
  }

  #allow(thread: Thread, ms: number): void {
    clearTimeout(thread.timer)
    const late = () => this.#end(thread, new PoolError('timeout', `Took longer than ${ms} ms`))
    thread.timer = setTimeout(late, ms)
  }

  #settle(thread: Thread, answer: PoolAnswer): void {
    const call = thread.call
    if (call?.id !== answer.id) return
    this.#release(thread)
    if (answer.isOk) call.resolve(answer.value)
    else call.reject(Object.assign(new Error(answer.message), { name: answer.name }))
    this.#next()
  }

  #release(thread: Thread): void {
    clearTimeout(thread.timer)
    thread.call = null
    thread.worker.unref()
    thread.timer = setTimeout(() => this.#end(thread), this.#idleMs).unref()
  }

  #end(thread: Thread, reason?: Error): void {
    if (!this.#threads.delete(thread)) return
    clearTimeout(thread.timer)
    const call = thread.call
    thread.call = null
    void thread.worker.terminate()
    if (call && reason) call.reject(reason)
    if (!this.#isStopped) this.#next()
  }
}

const code = pathToFileURL(codeFile('server/jobs/pool-worker'))

/** In development threads do not take over the loader that runs the sources: they register it. */
const entry = isCompiled
  ? code
  : `import('tsx/esm/api').then(tsx => tsx.register()).then(() => import(${JSON.stringify(code.href)}))`

function failureOf(error: Error): PoolError {
  const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
  return new PoolError(isMemory ? 'memory' : 'crash', error.message)
}
