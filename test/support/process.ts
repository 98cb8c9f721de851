import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Test } from 'tap'
import { atExit } from './at-exit.ts'
import { freePort } from './free-port.ts'
import { temporaryFolder } from './temporary.ts'
import { until } from './until.ts'

export interface ServerOptions {
  /** A folder that outlives this process, to start another one on it. */
  dataDir?: string
  env?: Record<string, string>
  args?: string[]
  entry?: string
}

export interface ServerProcess {
  url: string
  port: number
  dataDir: string
  /** Lines of all runs so far. */
  stdout: string[]
  stderr: string[]
  readonly pid: number | undefined
  /** From the line that a new owner is shown. */
  setupToken(): Promise<string>
  start(): Promise<void>
  /** SIGTERM and wait; returns the exit code. */
  stop(): Promise<number | null>
  kill(signal?: NodeJS.Signals): Promise<void>
  restart(): Promise<void>
}

/** The built product as its own process, ready when `/readyz` says so; gone when the test ends. */
export async function startServer(t: Test, options: ServerOptions = {}): Promise<ServerProcess> {
  const dataDir = options.dataDir ?? temporaryFolder(t)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const [stdout, stderr]: [string[], string[]] = [[], []]
  let child: ChildProcess | undefined

  const server: ServerProcess = {
    ...{ url, port, dataDir, stdout, stderr },
    get pid() {
      return child?.pid
    },
    async setupToken() {
      const named = () =>
        stdout.map(line => /token[=:\s]+([\w-]{16,})/i.exec(line)?.[1]).find(Boolean)
      return until(named, { what: 'a setup token on stdout' })
    },
    async start() {
      const entry = options.entry ?? 'dist/server/main.js'
      const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: dataDir }
      const started = spawn(process.execPath, [entry, ...(options.args ?? [])], {
        env: { ...env, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe']
      })
      child = started
      collect(started.stdout, stdout)
      collect(started.stderr, stderr)
      started.once('exit', () => {
        if (child === started) child = undefined
      })
      await until(() => isReady(url, started, stderr), { what: `${url}/readyz` })
    },
    async stop() {
      await server.kill('SIGTERM')
      return lastCode
    },
    async kill(signal = 'SIGKILL') {
      const dying = child
      if (!dying) return
      const gone = once(dying, 'close')
      dying.kill(signal)
      lastCode = ((await gone) as [number | null])[0]
    },
    async restart() {
      await server.stop()
      await server.start()
    }
  }
  let lastCode: number | null = null
  const forget = atExit(() => child?.kill('SIGKILL'))
  t.teardown(async () => {
    await server.kill()
    forget()
  })
  await server.start()
  return server
}

async function isReady(url: string, child: ChildProcess, stderr: string[]): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) {
    const end = child.exitCode ?? child.signalCode
    throw new Error(`server ended with ${end}: ${stderr.slice(-20).join('\n')}`)
  }
  const response = await fetch(`${url}/readyz`).catch(() => undefined)
  await response?.body?.cancel()
  return response?.status === 200
}

function collect(stream: Readable, lines: string[]): void {
  createInterface({ input: stream }).on('line', line => lines.push(line))
}
