import { spawn } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startSapa } from '../server/app.ts'
import { ConfigError, readConfig } from '../server/config.ts'
import { databaseFile } from '../server/db/prepare.ts'
import { openDb } from '../server/db/open.ts'
import { root } from '../server/paths.ts'
import type { App } from '../server/web/app.ts'
import { sql } from 'kysely'
import { pino } from 'pino'
import { setup, type Scope } from './support/app.ts'
import { temporaryFolder } from './support/temporary.ts'
import { until } from './support/until.ts'

const log = pino({ level: 'silent' })
/** A whole program starts, maybe beside many others. */
t.test('configuration', async t => {
  t.test('has a value for everything', async t => {
    t.match(readConfig({}), {
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      isHttps: false,
      trustProxy: [],
      logLevel: 'info'
    })
  })

  t.test('reports all problems at once, in plain words', async t => {
    const env = {
      PORT: 'http',
      PUBLIC_URL: 'help.example.com/inbox',
      TRUST_PROXY: 'true',
      LOG_LEVEL: 'loud',
      SAPA_SECRET_KEY: 'short'
    }
    const error = caught(() => readConfig(env))

    t.ok(error instanceof ConfigError)
    for (const name of Object.keys(env)) t.match(error.message, name)
    t.notMatch(error.message, 'short', 'never the secret itself')
  })

  t.test('behind https the local proxy is believed, others only when named', async t => {
    const https = readConfig({ PUBLIC_URL: 'https://bantuan.toko.example/' })

    t.match(https, { publicUrl: 'https://bantuan.toko.example', isHttps: true })
    t.strictSame(https.trustProxy, ['127.0.0.1', '::1'])
    t.strictSame(readConfig({ TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy, ['10.0.0.0/8', '::1'])
  })
})

t.test('forwarded headers of strangers are ignored', async t => {
  const routes = (app: App) =>
    void app.get('/test/address', { config: { isPublic: true } }, request => request.ip)
  const request = { url: '/test/address', headers: { 'x-forwarded-for': '203.0.113.9' } }

  const naive = await setup(t, { routes })
  const behind = await setup(t, { routes, env: { TRUST_PROXY: '127.0.0.1' } })

  t.equal((await naive.app.inject(request)).body, '127.0.0.1')
  t.equal((await behind.app.inject(request)).body, '203.0.113.9')
})

t.test('messages are for the eyes of the one who runs Sapa, in whatever folder', async t => {
  const dataDir = temporaryFolder(t)
  chmodSync(dataDir, 0o755)
  const config = readConfig({ DATA_DIR: dataDir })
  const running = await startSapa(config, { log, isIdle: true })
  for (const name of ['sapa.db', 'sapa.db-wal', 'sapa.db-shm', 'blobs', 'secret.key']) {
    t.equal(statSync(join(dataDir, name)).mode & 0o077, 0, name)
  }
  await running.close()
})

t.test('a second server on the same data is refused', async t => {
  const dataDir = temporaryFolder(t)
  const config = readConfig({ DATA_DIR: dataDir })
  const first = await startSapa(config, { log, isIdle: true })

  await t.rejects(startSapa(config, { log, isIdle: true }), /already running.*process \d+/)

  await first.close()
  const again = await startSapa(config, { log, isIdle: true })
  await again.close()
})

t.test('a database of a newer version is refused and left as it is', async t => {
  const dataDir = temporaryFolder(t)
  const config = readConfig({ DATA_DIR: dataDir })
  await (await startSapa(config, { log, isIdle: true })).close()
  const db = openDb(databaseFile(dataDir))
  await sql`insert into migration_core (name, timestamp) values ('9999-future', '2030')`.execute(db)
  await db.destroy()

  await t.rejects(startSapa(config, { log, isIdle: true }), /newer Sapa.*9999-future/)
})

t.test('existing data is copied before it is migrated, new data is not', async t => {
  const dataDir = temporaryFolder(t)
  const config = readConfig({ DATA_DIR: dataDir })
  await (await startSapa(config, { log, isIdle: true })).close()
  t.notOk(existsSync(join(dataDir, 'backups')))
  const db = openDb(databaseFile(dataDir))
  await sql`delete from migration_core`.execute(db)
  await db.destroy()

  // The first migration finds its own tables and fails: the copy is there all the same.
  await t.rejects(startSapa(config, { log, isIdle: true }))

  const [copy] = readdirSync(join(dataDir, 'backups'))
  t.match(copy, /^before-migration-.*\.db$/)
  const old = openDb(join(dataDir, 'backups', copy ?? ''), { isReadOnly: true })
  t.ok(await old.selectFrom('agent').select('id').execute())
  await old.destroy()
})

t.test('the program', async t => {
  t.test('prints where it is and how to set it up, and stops in peace', async t => {
    const program = start(t, { PORT: '0', DATA_DIR: temporaryFolder(t) })
    const address = await until(() => /running on (http:\S+)/.exec(program.output)?.[1])
    const setupUrl = await until(
      () => /(http:\S+\/setup\?token=[\w-]{20,})/.exec(program.output)?.[1]
    )

    t.equal((await fetch(`${address}/readyz`)).status, 200)
    t.ok(setupUrl.startsWith(address))
    program.child.kill('SIGTERM')
    t.equal(await program.exit, 0)
  })

  t.test('says what is wrong with its configuration, without a stack', async t => {
    const program = start(t, { PORT: 'x', LOG_LEVEL: 'loud', DATA_DIR: temporaryFolder(t) })

    t.equal(await program.exit, 1)
    t.match(program.output, /PORT[^]*LOG_LEVEL/)
    t.notMatch(program.output, /at .*\.js/)
  })
})

function start(t: Scope, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(root, 'dist/server/main.js')], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => child.kill('SIGKILL'))
  const program = {
    child,
    output: '',
    exit: new Promise<number | null>(resolve => child.once('exit', resolve))
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (program.output += chunk.toString()))
  }
  return program
}

function caught(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('It did not throw')
}
