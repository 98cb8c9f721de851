import { hasOwner } from './agent/find.ts'
import { startSapa, type Running } from './app.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { AlreadyRunning } from './db/lock.ts'
import { UnusableData } from './db/prepare.ts'
import { watchFaults, type FaultWatch } from './plugin-host/faults.ts'

await start()

async function start(): Promise<void> {
  const faults = watchFaults()
  try {
    const config = readConfig()
    const running = await startSapa(config)
    stopWhenTold(running, faults)
    await running.app.listen({ port: config.port, host: config.host })
    await greet(running, config)
  } catch (error) {
    if (!isForPeople(error)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

function isForPeople(error: unknown): error is Error {
  if (error instanceof ConfigError || error instanceof AlreadyRunning) return true
  if (error instanceof UnusableData) return true
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL'
}

async function greet({ sapa, app }: Running, config: Config): Promise<void> {
  const { port } = app.server.address() as { port: number }
  const home = config.publicUrl.replace(/:0$/, `:${port}`)
  process.stdout.write(`Sapa is running on ${home}\n`)
  if (await hasOwner(sapa.db)) return
  process.stdout.write(`Set it up here: ${home}/setup?token=${sapa.setupToken}\n`)
}

/** The first signal lets work in flight finish; the second does not wait. */
function stopWhenTold(running: Running, faults: FaultWatch): void {
  let isStopping = false
  const stop = async (code: number) => {
    if (isStopping) process.exit(1)
    isStopping = true
    await running.close()
    process.exit(code)
  }
  const { log, plugins } = running.sapa
  const stopWith = (code: number) => () => {
    stop(code).catch((error: unknown) => {
      log.error({ err: error }, 'could not stop cleanly')
      process.exit(1)
    })
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stopWith(0))
  faults.attach(plugins, log, stopWith(1))
}
