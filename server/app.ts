import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import { agentRoutes } from './agent/routes.ts'
import { removeEndedSessions } from './agent/session.ts'
import type { Config } from './config.ts'
import { lockDataDir } from './db/lock.ts'
import { prepareDb } from './db/prepare.ts'
import { onCommit } from './db/transaction.ts'
import { loadWords } from './i18n/words.ts'
import { LiveHub } from './live/hub.ts'
import { liveRoutes } from './live/routes.ts'
import type { Sapa } from './sapa.ts'
import type { App } from './web/app.ts'
import { createLogger } from './web/log.ts'
import { buildServer } from './web/server.ts'

export interface Running {
  sapa: Sapa
  app: App
  /** Drains, stops and closes everything. Calling it twice is harmless. */
  close(): Promise<void>
}

export interface Parts {
  log?: Logger
  clock?: () => Date
}

/** Everything that runs, except listening: what `main.ts` starts and tests talk to. */
export async function startSapa(config: Config, parts: Parts = {}): Promise<Running> {
  const unlock = lockDataDir(config.dataDir)
  const closers: (() => unknown)[] = [unlock]
  const close = closeOnce(closers)
  try {
    const sapa = await openSapa(config, parts, closers)
    const app = await buildApp(sapa)
    closers.push(() => app.close())
    return { sapa, app, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The web server over an opened Sapa. */
export async function buildApp(sapa: Sapa): Promise<App> {
  const app = await buildServer(sapa)
  agentRoutes(app, sapa)
  liveRoutes(app, sapa)
  await app.ready()
  return app
}

async function openSapa(config: Config, parts: Parts, closers: (() => unknown)[]): Promise<Sapa> {
  const clock = parts.clock ?? (() => new Date())
  const { db, reader } = await prepareDb(config.dataDir, clock())
  closers.push(
    () => db.destroy(),
    () => reader.destroy()
  )
  const live = new LiveHub()
  closers.push(onCommit(db, news => live.tell(news)))
  await removeEndedSessions(db, clock())
  return {
    config,
    db,
    reader,
    log: parts.log ?? createLogger(config),
    clock,
    words: loadWords(),
    live,
    setupToken: randomBytes(24).toString('base64url')
  }
}

/** Last opened, first closed. */
function closeOnce(closers: (() => unknown)[]): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => (closing ??= closeAll(closers))
}

async function closeAll(closers: (() => unknown)[]): Promise<void> {
  for (const closer of closers.toReversed()) await closer()
}
