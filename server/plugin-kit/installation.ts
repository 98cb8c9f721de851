import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { startSapa, type Running } from '../app.ts'
import { readConfig } from '../config.ts'
import { closeDatabases, databaseFile, prepareDb } from '../db/prepare.ts'
import type { PluginEntry, PluginHost } from '../plugin-host/host.ts'
import { createLogger } from '../web/log.ts'
import { startWork } from '../work.ts'
import type { Place } from './place.ts'
import type { KitTiming } from './timing.ts'

/** A Sapa of one case: a data folder of its own, in which the plugin is installed. */
export interface Installation {
  readonly running: Running
  /** Lines of the log so far. */
  readonly lines: string[]
  /** Lets the background work begin. */
  work(): Promise<void>
  /** Ends the process as far as data can tell, and begins another on the same data. */
  restart(place?: Place): Promise<void>
  close(): Promise<void>
}

/** An empty, migrated database for the cases of every run in this process. */
export function emptyDatabase(): Promise<Uint8Array> {
  return (empty ??= makeEmpty())
}

let empty: Promise<Uint8Array> | undefined

async function makeEmpty(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'sapa-kit-'))
  try {
    await closeDatabases(await prepareDb(folder, new Date()))
    return readFileSync(databaseFile(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function install(
  first: Place,
  database: Uint8Array,
  timing: KitTiming,
  standIns: ReadonlyMap<string, string>
): Promise<Installation> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sapa-kit-'))
  writeFileSync(databaseFile(dataDir), database)
  const lines: string[] = []
  const log = createLogger({ logLevel: 'debug' }, collector(lines))
  let place = first
  let stopWork = async () => {}
  const open = async () => {
    lay(place, dataDir)
    const config = readConfig({ DATA_DIR: dataDir, PORT: '0', ALLOW_PRIVATE_HOSTS: '127.0.0.1' })
    const parts = { log, timing, clock: timing.now, standIns, isIdle: true }
    const running = await startSapa(config, parts)
    const plugin = await activated(running.sapa.plugins, place)
    if (plugin.state === 'active') return running
    await running.close()
    throw new Error(`The plugin does not start: ${plugin.reason}`)
  }
  const remove = () => rmSync(dataDir, { recursive: true, force: true })
  const end = async () => {
    await stopWork()
    stopWork = async () => {}
    await running.close()
  }
  let running = await open().catch((error: unknown) => {
    remove()
    throw error
  })
  return {
    get running() {
      return running
    },
    lines,
    async work() {
      stopWork = await startWork(running.sapa)
    },
    async restart(other) {
      await end()
      place = other ?? place
      running = await open()
    },
    async close() {
      await end()
      remove()
    }
  }
}

/** Switched on, and, when another version ran before, updated as an owner does it. */
async function activated(plugins: PluginHost, { id, manifest }: Place): Promise<PluginEntry> {
  const plugin = await plugins.activate(id)
  if (plugin.version === manifest.version) return plugin
  return plugins.update(id, { acceptedScopes: manifest.scopes })
}

/** As an owner drops it. One that comes with Sapa is there already. */
function lay({ id, folder, isBundled }: Place, dataDir: string): void {
  if (isBundled) return
  const target = join(dataDir, 'plugins', id)
  if (existsSync(target)) rmSync(target, { recursive: true })
  mkdirSync(target, { recursive: true })
  cpSync(folder, target, { recursive: true, filter: path => path !== join(folder, 'test') })
}

function collector(lines: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    }
  })
}
