import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../server/paths.ts'
import { atExit } from '../support/at-exit.ts'
import type { Answered, Ask, Task } from './client.ts'
import { median, quantile } from './figure.ts'
import type { Running } from './process.ts'

export interface Load {
  p50: number
  p99: number
  perSecond: number
  /** The server's processor time for one request, milliseconds. */
  cpu: number
  bytes: number
}

/** Sends requests from a process of its own, so that the client's work is not the server's. */
export class Client {
  readonly #child: ChildProcess

  constructor() {
    this.#child = fork(join(root, 'dist/test/bench/client.js'))
    atExit(() => this.#child.kill('SIGKILL'))
  }

  async load(server: Running, connections: number, seconds: number, asks: Ask[]): Promise<Load> {
    const before = server.cpuMs()
    const answered = await this.#ask({ port: server.port, connections, seconds, asks })
    const cpu = server.cpuMs() - before
    const failures = Object.entries(answered.failures)
    if (failures.length > 0) {
      const [name, count] = failures[0] ?? ['', 0]
      throw new Error(`${asks[0]?.path}: ${count} of ${answered.times.length} answered ${name}`)
    }
    return {
      p50: quantile(answered.times, 0.5),
      p99: quantile(answered.times, 0.99),
      perSecond: answered.times.length / answered.seconds,
      cpu: cpu / answered.times.length,
      bytes: answered.bytes
    }
  }

  stop(): void {
    this.#child.kill()
  }

  async #ask(task: Task): Promise<Answered> {
    this.#child.send(task)
    const [answered] = (await once(this.#child, 'message')) as [Answered]
    return answered
  }
}

/** Both in turn, several times: whatever else the machine does hits both. The middle round counts. */
export async function inTurn<Name extends string>(
  rounds: number,
  works: Record<Name, (round: number) => Promise<Load>>
): Promise<Record<Name, Load>> {
  const names = Object.keys(works) as Name[]
  const loads = new Map<Name, Load[]>(names.map(name => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const load = await works[name](round)
      if (round >= 0) loads.get(name)?.push(load) // the first round only warms up
    }
  }
  const middle = (name: Name, key: keyof Load) =>
    median(loads.get(name)?.map(one => one[key]) ?? [])
  const results = names.map(name => [
    name,
    {
      p50: middle(name, 'p50'),
      p99: middle(name, 'p99'),
      perSecond: middle(name, 'perSecond'),
      cpu: middle(name, 'cpu'),
      bytes: middle(name, 'bytes')
    }
  ])
  return Object.fromEntries(results) as Record<Name, Load>
}
