import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSapa, type Running } from '../app.ts'
import { readConfig, type Config } from '../config.ts'
import { watchFaults } from '../plugin-host/faults.ts'
import { plainError } from '../plain-error.ts'
import { startWork } from '../work.ts'
import { connectAccounts, ownUrl } from './demo/account.ts'
import type { Lines } from './demo/channel.ts'
import { fillShop } from './demo/fill.ts'
import { Life } from './demo/life.ts'
import { startSides } from './demo/side.ts'
import { hireStaff, owner } from './demo/staff.ts'
import { visitSite } from './demo/visit.ts'
import { say } from './say.ts'

/** Sapa on a temporary folder with a living shop in it; the folder goes with the program. */
export async function runDemo(): Promise<void> {
  const faults = watchFaults()
  const dataDir = mkdtempSync(join(tmpdir(), 'sapa-demo-'))
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  const config = await demoConfig(dataDir)
  const stops: (() => unknown)[] = []
  const stop = stopOnSignal(stops)
  say('Filling a shop with thirty days of conversations …')
  try {
    const running = await startSapa(config, { isIdle: true })
    stops.push(() => running.close())
    faults.attach(running.sapa.plugins, running.sapa.log, () => process.exit(1))
    await open(running, stops)
    await running.app.listen({ port: config.port, host: config.host })
    const { db, log } = running.sapa
    visitSite(db, ownUrl(config), stop).catch(error => {
      if (!stop.aborted) log.warn({ reason: plainError(error).message }, 'a visit has ended')
    })
  } catch (error) {
    if (stop.aborted) return
    for (const one of stops.toReversed()) await one()
    throw error
  }
  if (stop.aborted) return
  say(`Sinar Elektronik is open on ${config.publicUrl}`)
  say(`Sign in as ${owner.email} with the password ${owner.password}`)
  say('Or, beside it, as dewi@sinarelektronik.example: the same password, an agent')
  say('Customers write by themselves and answer you. Ctrl-C ends it and removes everything.')
}

async function open({ sapa }: Running, stops: (() => unknown)[]): Promise<void> {
  const now = sapa.clock()
  const lines: Lines = new Map()
  const life = new Life(lines)
  const staff = await hireStaff(sapa.db, now)
  const sides = await startSides(sapa, { name: 'Sinar Elektronik' }, stops)
  const accounts = await connectAccounts(sapa, sides, { onSent: life.sent, lines }, now)
  const world = await fillShop(sapa, { accounts, sides, staff }, now)
  stops.push(await startWork(sapa))
  life.start(world)
  stops.push(() => life.stop())
}

async function demoConfig(dataDir: string): Promise<Config> {
  const { SAPA_SECRET_KEY: _, ...env } = process.env
  const port = env.PORT ?? String(await freePort(3000))
  const level = { LOG_LEVEL: env.LOG_LEVEL ?? 'error' }
  return readConfig({ ...env, ...level, DATA_DIR: dataDir, PORT: port })
}

/** A visitor may have something else on the usual port. */
async function freePort(wanted: number): Promise<number> {
  const found = await probe(wanted)
  return found ?? (await probe(0)) ?? wanted
}

function probe(port: number): Promise<number | null> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address() as { port: number }
      server.close(() => resolve(found))
    })
  })
}

/** Last opened, first closed; the second signal does not wait. */
function stopOnSignal(stops: (() => unknown)[]): AbortSignal {
  const stopping = new AbortController()
  const stop = async () => {
    if (stopping.signal.aborted) process.exit(1)
    stopping.abort()
    for (const one of stops.toReversed()) await one()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void stop().catch(() => process.exit(1)))
  }
  return stopping.signal
}
