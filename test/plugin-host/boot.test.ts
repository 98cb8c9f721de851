import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { Boot } from '../../server/plugin-host/boot/boot.ts'
import { folderWith, pluginRow } from '../support/boot-world.ts'
import { fileMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'
import { startServer, type ServerOptions, type ServerProcess } from '../support/process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

t.setTimeout(fileMs)
const works = async ({ url }: ServerProcess) =>
  (await (await fetch(`${url}/p/tetangga/salam`)).text()) === 'Halo'

/** A start that is expected to end before it is ready. */
async function dies(t: Test, options: ServerOptions): Promise<string> {
  const error: unknown = await startServer(t, options).catch((failure: unknown) => failure)
  t.ok(error instanceof Error, 'it did not come up')
  return error instanceof Error ? error.message : ''
}

t.test('who kills the start is left out of the next one, and stays out', async t => {
  const kill = `const { execFileSync } = await import('node:child_process')
    execFileSync('kill', ['-KILL', String(process.pid)])`
  const dataDir = await folderWith(t, { pembunuh: kill })

  await dies(t, { dataDir })
  t.match(readFileSync(join(dataDir, 'boot.json'), 'utf8'), '"pembunuh"')
  const server = await startServer(t, { dataDir })

  t.match(await pluginRow(dataDir, 'pembunuh'), {
    ...{ is_active: 1, state: 'quarantined', quarantine: /"boot"/ },
    reason: /ended while this plugin was being started/
  })
  t.ok(await works(server), 'the neighbour runs')
  await server.restart()
  t.match(await pluginRow(dataDir, 'pembunuh'), { state: 'quarantined' }, 'also later')
})

t.test('what is no record of ours does not keep Sapa from starting', async t => {
  const dataDir = temporaryFolder(t)
  const given = [
    ...['', 'rusak', 'null', '[]', '5', '"x"', '{}', '{"failures":{"a":1}}', '{"failures":[null]}'],
    '{"at":1,"isStarting":true,"plugin":{"a":1},"failures":"tiga","machine":""}',
    '{"kind":"hang","plugin":"poin","at":1}',
    '{"kind":"hang","plugin":"poin","entry":"job","at":1,"stack":{"length":3}}'
  ]
  for (const file of ['boot.json', 'crash.json']) {
    for (const text of given) {
      writeFileSync(join(dataDir, file), text)
      const options = { dataDir, clock: () => new Date(), isSafe: false, isGuarded: true }
      const boot = new Boot({ ...options, healthyMs: 60_000 })
      t.match(boot, { culprit: null, crash: null, safeMode: null }, `${file} ${text}`)
      boot.settled()
      boot.close()
    }
  }
})

t.test('who throws when it is imported is broken, and nobody else', async t => {
  const dataDir = await folderWith(t, { lempar: '' })
  dropPlugin(dataDir, 'lempar', '', {
    files: { 'index.js': `throw new Error('pecah saat impor')` }
  })

  const server = await startServer(t, { dataDir })

  t.match(await pluginRow(dataDir, 'lempar'), { state: 'broken', reason: 'pecah saat impor' })
  t.ok(await works(server))
})

t.test('a plugin cannot end Sapa', async t => {
  const calls = {
    exit: `process.exit(3)`,
    named: `const { exit } = await import('node:process'); exit(3)`,
    really: `process.reallyExit(3)`,
    abort: `process.abort()`,
    kill: `process.kill(process.pid, 'SIGKILL')`,
    group: `process.kill(0, 'SIGTERM')`,
    emit: `process.emit('SIGTERM')`,
    awaited: `await new Promise(setImmediate); process.exit(3)`
  }
  const timers = Object.values(calls).map(
    (call, index) => `setTimeout(async () => { ${call} }, ${index})`
  )
  const dataDir = await folderWith(t, {
    'saat-mulai': 'process.exit(0)',
    nekat: timers.join('\n')
  })

  const server = await startServer(t, { dataDir })
  await until(async () => (await pluginRow(dataDir, 'nekat'))?.state === 'quarantined')

  t.match(await pluginRow(dataDir, 'nekat'), {
    reason: /The plugin nekat called process\./,
    quarantine: /"exit"/
  })
  t.match(await pluginRow(dataDir, 'saat-mulai'), {
    state: 'broken',
    reason: 'The plugin saat-mulai called process.exit(0), which would have ended Sapa'
  })
  t.ok(await works(server))
  t.equal(await server.stop(), 0, 'its owner can')
})

t.test('starts that die without a name lead to safe mode, and a good one out of it', async t => {
  const dataDir = await folderWith(t, {})
  const env = { SAPA_HEALTHY_MS: '60000' }
  const server = await startServer(t, { dataDir, env })
  for (const last of [false, false, true]) {
    t.ok(await works(server), 'runs')
    await server.kill()
    if (!last) await server.start()
  }

  await server.start()

  t.match(server.stdout.at(-1) + server.stdout.join('\n'), 'Safe mode')
  t.equal((await fetch(`${server.url}/p/tetangga/salam`)).status, 404)
  t.match(await pluginRow(dataDir, 'tetangga'), { is_active: 1 }, 'what the owner wants stays')
  await server.stop()
  t.notOk(existsSync(join(dataDir, 'boot.json')), 'an end in order is forgotten')
  await server.start()
  t.ok(await works(server))
})

t.test('a start that lasted is no failure, whatever comes later', async t => {
  const dataDir = await folderWith(t, {})
  const server = await startServer(t, { dataDir, env: { SAPA_HEALTHY_MS: '1' } })
  for (let round = 0; round < 3; round++) {
    await until(() => !existsSync(join(dataDir, 'boot.json')))
    await server.kill()
    await server.start()
  }

  t.ok(await works(server))
})

t.test('safe mode is asked for by word or by environment', async t => {
  const dataDir = await folderWith(t, { rusak: `throw new Error('tidak dimuat')` })
  for (const options of [{ args: ['--safe'] }, { env: { SAPA_SAFE: 'on' } }]) {
    const server = await startServer(t, { dataDir, ...options })

    t.equal((await fetch(`${server.url}/p/tetangga/salam`)).status, 404)
    t.equal((await pluginRow(dataDir, 'rusak'))?.state, 'installed', 'no code was loaded')
    await server.stop()
  }
})
