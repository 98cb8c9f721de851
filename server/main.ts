import { hasOwner } from './agent/find.ts'
import { startSapa, type Running } from './app.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { AlreadyRunning } from './db/lock.ts'
import { UnusableData } from './db/prepare.ts'
import { startWatchdog } from './plugin-host/boot/watchdog.ts'
import { watchFaults, type FaultWatch } from './plugin-host/faults.ts'

await start()

async function start(): Promise<void> {
  const faults = watchFaults()
  const signals = hearSignals(faults)
  let running: Running | undefined
  try {
    const config = readConfig(withArguments(process.env))
    const watchdog = startWatchdog(config)
    running = await startSapa(config)
    watchdog?.attach(running.sapa.log)
    stopWhenTold(running, faults, signals)
    if (signals.isTold) return
    await running.app.listen({ port: config.port, host: config.host })
    running.sapa.boot.finish()
    await greet(running, config)
  } catch (error) {
    if (!isForPeople(error)) throw error
    process.stderr.write(`${error.message}\n`)
    await running?.close()
    process.exit(1)
  }
}

/** `npm start -- --safe` */
function withArguments(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return process.argv.includes('--safe') ? { ...env, SAPA_SAFE: '1' } : env
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
  if (sapa.plugins.isSafe) process.stdout.write('Safe mode: no plugin runs.\n')
  if (await hasOwner(sapa.db)) return
  process.stdout.write(`Set it up here: ${home}/setup?token=${sapa.setupToken}\n`)
}

interface Signals {
  onStop: () => void
  isTold: boolean
}

/** The keyboard and a program that forwards signals may both tell of one wish. */
const sameWishMs = 300

/**
 * The first signal lets work in flight finish, the second does not wait. One that comes while Sapa
 * starts is heeded when it is up, so that no plugin is blamed for an end that the owner wanted.
 */
function hearSignals(faults: FaultWatch): Signals {
  const signals: Signals = { isTold: false, onStop: () => {} }
  let firstAt = 0
  const hear = (name: string) => {
    faults.refusePlugins(`process.emit('${name}')`)
    if (signals.isTold && Date.now() - firstAt > sameWishMs) process.exit(1)
    if (signals.isTold) return
    signals.isTold = true
    firstAt = Date.now()
    signals.onStop()
  }
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => hear(name))
  return signals
}

function stopWhenTold(running: Running, faults: FaultWatch, signals: Signals): void {
  const { log, plugins, boot } = running.sapa
  const stopWith = (code: number) => () => {
    running.close().then(
      () => process.exit(code),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      }
    )
  }
  signals.onStop = stopWith(0)
  if (signals.isTold) signals.onStop()
  let hasFailed = false
  faults.attach(plugins, log, () => {
    if (hasFailed) process.exit(1)
    hasFailed = true
    boot.fail()
    stopWith(1)()
  })
}
