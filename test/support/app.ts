import { type Logger, pino } from 'pino'
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify'
import { openSession } from './session.ts'
import { startSapa } from '../../server/app.ts'
import { readConfig, type Config } from '../../server/config.ts'
import type { Role } from '../../server/agent/table.ts'
import type { Db } from '../../server/db/schema.ts'
import type { Sapa } from '../../server/sapa.ts'
import type { App } from '../../server/web/app.ts'
import { make } from './factory.ts'
import { layPrepared } from './prepared.ts'
import { makeFolder, removeFolder } from './temporary.ts'

export { make }

/** What tests need of tap's `t`. */
export interface Scope {
  teardown(work: () => unknown): unknown
}

export interface Setup {
  app: App
  sapa: Sapa
  db: Db
  make: typeof make
  /** `app.inject(as.agent({ method: 'PUT', url: '…' }))`: the request of somebody with that role, from our own pages. */
  as: Record<Role, (request: InjectOptions) => InjectOptions>
  /** The ids of the people behind `as`. */
  ids: Record<Role, number>
  /** Sends a request of somebody else; see `as`. */
  signIn(agentId: number): Promise<(request: InjectOptions) => InjectOptions>
  /** Moves the clock that the server reads. */
  clock: { now: Date; forward(ms: number): void }
  dataDir: string
}

export interface SetupOptions {
  env?: Record<string, string>
  log?: Logger
  now?: Date
  /** Background work is off unless this is false. */
  isIdle?: boolean
  /** Origins that others play, see `createFetch`. */
  standIns?: ReadonlyMap<string, string>
  /** Routes of the test's own. */
  routes?: (app: App, sapa: Sapa) => void
}

export type { InjectOptions, Response }

/** A whole Sapa on a database of its own, one signed-in person of each role, no listening socket. */
export async function setup(t: Scope, options: SetupOptions = {}): Promise<Setup> {
  const dataDir = makeFolder()
  await layPrepared(dataDir)
  const clock = movableClock(options.now ?? new Date('2026-11-20T03:00:00Z'))
  const { sapa, app, close } = await startSapa(configOf(dataDir, options.env), {
    log: options.log ?? pino({ level: process.env.TEST_LOG ?? 'silent' }),
    clock: () => clock.now,
    isIdle: options.isIdle ?? true,
    ...(options.routes ? { routes: options.routes } : {}),
    ...(options.standIns ? { standIns: options.standIns } : {})
  })
  t.teardown(async () => {
    await close()
    removeFolder(dataDir)
  })
  const ids = await peopleOf(sapa)
  const signIn = (agentId: number) => openSession(sapa, agentId)
  const as = {} as Setup['as']
  for (const role of roles) as[role] = await signIn(ids[role])
  return { app, sapa, db: sapa.db, make, as, ids, signIn, clock, dataDir }
}

const roles: Role[] = ['owner', 'admin', 'supervisor', 'agent', 'guest']

function configOf(dataDir: string, env: Record<string, string> = {}): Config {
  return readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', ...env })
}

async function peopleOf({ db, clock }: Sapa): Promise<Record<Role, number>> {
  const ids = {} as Record<Role, number>
  for (const role of roles) {
    const { id } = await make.agent(db, { role, name: names[role], created_at: clock().getTime() })
    ids[role] = id
  }
  return ids
}

const names: Record<Role, string> = {
  owner: 'Ibu Sari',
  admin: 'Rudi Hartono',
  supervisor: 'Maya Lestari',
  agent: 'Dewi Anggraini',
  guest: 'Tono (mitra)'
}

function movableClock(start: Date) {
  return {
    now: start,
    forward(ms: number) {
      this.now = new Date(this.now.getTime() + ms)
    }
  }
}
