import { fork, type ChildProcess } from 'node:child_process'
import { codeFile, isCompiled } from '../paths.ts'
import type { OutsideAnswer, OutsideCall } from './outside-child.ts'
import { PoolError, type PoolLimits, type WorkerPool } from './pool.ts'

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * Like the pool, in a process of its own: for work that may have ended ours once. When it ends the
 * child, that is known for sure; when somebody ends us, the work is not to blame.
 */
export function createOutside(idleMs = 30_000): WorkerPool {
  return new Outside(idleMs)
}

class Outside implements WorkerPool {
  readonly #idleMs: number
  readonly #waiting = new Map<number, Waiting>()
  #child: ChildProcess | null = null
  #timer: NodeJS.Timeout | undefined
  #lastId = 0
  #isStopped = false

  constructor(idleMs: number) {
    this.#idleMs = idleMs
  }

  run<T>(moduleUrl: string, exportName: string, args: unknown[], limits: PoolLimits = {}) {
    return new Promise<T>((resolve, reject) => {
      if (this.#isStopped) return reject(new PoolError('stopped', 'Sapa is stopping'))
      clearTimeout(this.#timer)
      const call: OutsideCall = { id: ++this.#lastId, moduleUrl, exportName, args, limits }
      this.#waiting.set(call.id, { resolve: resolve as Waiting['resolve'], reject })
      const child = (this.#child ??= this.#start())
      // Gone in this moment: its end tells.
      child.send(call, () => undefined)
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#end(new PoolError('stopped', 'Sapa is stopping'))
  }

  #start(): ChildProcess {
    const child = fork(codeFile('server/jobs/outside-child'), {
      serialization: 'advanced',
      stdio: 'ignore',
      execArgv: isCompiled ? [] : ['--import', 'tsx'],
      // Secrets of the environment are not for parsers of strangers' mail.
      env: {}
    })
    const ended = () => {
      if (this.#child === child) this.#end(new PoolError('crash', 'The process ended'))
    }
    child.on('message', answer => this.#settle(answer as OutsideAnswer))
    child.once('exit', ended)
    child.once('error', ended)
    return child
  }

  #settle(answer: OutsideAnswer): void {
    const call = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) {
      this.#timer = setTimeout(() => this.#end(), this.#idleMs).unref()
    }
    if (answer.isOk) call?.resolve(answer.value)
    else if (answer.code) call?.reject(new PoolError(answer.code, answer.message))
    else call?.reject(Object.assign(new Error(answer.message), { name: answer.name }))
  }

  #end(reason?: PoolError): void {
    clearTimeout(this.#timer)
    this.#child?.kill('SIGKILL')
    this.#child = null
    const calls = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const call of calls) if (reason) call.reject(reason)
  }
}
