import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { root } from '../../server/paths.ts'
import { atExit } from '../support/at-exit.ts'
import { freePort } from '../support/free-port.ts'

export interface Running {
  port: number
  /** From exec to the first 200. */
  startMs: number
  /** Processor time so far. */
  cpuMs(): number
  rssMb(): number
  stop(): Promise<void>
}

/** Runs a script of dist/ on a free port until it answers, and looks at it from outside. */
export async function run(
  script: string,
  path: string,
  env: Record<string, string>
): Promise<Running> {
  const port = await freePort()
  const errors: string[] = []
  const begin = performance.now()
  const child = spawn(process.execPath, [join(root, 'dist', script)], {
    env: { ...process.env, LOG_LEVEL: 'error', ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const forget = atExit(() => child.kill('SIGKILL'))
  while (!(await answers(port, path))) {
    if (child.exitCode !== null) throw new Error(`${script} ended: ${errors.join('')}`)
    await new Promise(resolve => setTimeout(resolve, 4))
  }
  const startMs = performance.now() - begin
  const { pid } = child
  return {
    port,
    startMs,
    cpuMs: () => cpuOf(pid),
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(procFile(pid, 'status'))?.[1] ?? NaN) / 1024,
    async stop() {
      forget()
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const impatience = setTimeout(() => child.kill('SIGKILL'), 5000)
      await gone
      clearTimeout(impatience)
      if (errors.length > 0) process.stderr.write(`${script}: ${errors.join('').slice(0, 2000)}\n`)
    }
  }
}

function answers(port: number, path: string): Promise<boolean> {
  return new Promise(resolve => {
    const asked = request({ port, path, host: '127.0.0.1', agent: false }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.once('error', () => resolve(false))
    asked.end()
  })
}

/** User and system time of all its threads; the kernel counts in hundredths of a second. */
function cpuOf(pid: number | undefined): number {
  const fields = procFile(pid, 'stat').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Empty where there is no /proc: the figures that need it are left out. */
function procFile(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
