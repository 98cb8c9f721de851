import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { pauses, pauseWatchdog } from '../../server/db/pause.ts'
import { root } from '../../server/paths.ts'
import { atExit } from '../support/at-exit.ts'
import { faultsOf, folderWith, pluginRow } from '../support/boot-world.ts'
import { freePort } from '../support/free-port.ts'
import { fileMs } from '../support/patience.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

t.setTimeout(fileMs)
const patience = { everyMs: 50 }

/** `npm start` without npm: the shell that brings Sapa back. */
async function startShell(t: Test, dataDir: string, env: Record<string, string> = {}) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn('sh', [join(root, 'bin/start.sh')], {
    cwd: root,
    env: {
      ...{ PATH: process.env.PATH, LOG_LEVEL: 'error', SAPA_HANG_MS: '1000' },
      ...{ PORT: String(port), DATA_DIR: dataDir, ...env }
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => lines.push(chunk.toString()))
  }
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  // The shell hands the signal on; killed outright it would leave the server behind.
  const forget = atExit(() => child.kill('SIGTERM'))
  t.teardown(async () => {
    if (!t.passing()) t.comment(lines.join(''))
    child.kill('SIGTERM')
    await ended
    forget()
  })
  const ready = () =>
    until(
      () =>
        fetch(`${url}/readyz`).then(
          response => response.status === 200,
          () => false
        ),
      { ...patience, what: `${url}/readyz` }
    )
  const pid = () => Number(readFileSync(join(dataDir, 'sapa.pid'), 'utf8'))
  return { child, url, lines, ended, ready, pid, output: () => lines.join('') }
}

const route = (path: string, body: string) =>
  `sapa.route({ method: 'GET', path: '${path}', access: 'public', handle: async () => { ${body} } })`

t.test(
  'a plugin that brings Sapa to a standstill is named and left out, whatever it does',
  async t => {
    const loops = {
      'macet-langsung': 'for (;;);',
      'macet-janji': 'for (;;) await null',
      // Of native code only who went in is known, so this one must not wait before.
      'macet-inti': `execSync('sleep 60')`,
      // But for a query: whose it is, is known also after a wait.
      'macet-kueri': `await new Promise(done => setTimeout(done, 30))
        await sapa.db
          .withRecursive('n', db => db.selectNoFrom(eb => eb.val(1).as('i'))
            .unionAll(db.selectFrom('n').select(eb => eb('i', '+', 1).as('i'))))
          .selectFrom('n').select(eb => eb.fn.countAll().as('c')).execute()`
    }
    const code = (body: string) =>
      `const { execSync } = await import('node:child_process')\n${route('/macet', body)}`
    const plugins = Object.entries(loops).map(([id, body]) => [id, code(body)] as const)
    const dataDir = await folderWith(t, Object.fromEntries(plugins))
    const shell = await startShell(t, dataDir)
    await shell.ready()

    for (const id of Object.keys(loops)) {
      const before = shell.pid()
      fetch(`${shell.url}/p/${id}/macet`).catch(() => undefined)
      await until(() => existsSync(join(dataDir, 'sapa.pid')) && shell.pid() !== before, {
        ...patience,
        what: `another process after ${id}`
      })
      await shell.ready()

      t.match(await pluginRow(dataDir, id), {
        ...{ state: 'quarantined', is_active: 1, quarantine: /"hang"/ },
        reason: /^Sapa stood still in /
      })
      t.notOk(existsSync(join(dataDir, 'crash.json')), 'what it left is kept with the plugin')
      t.match(await faultsOf(dataDir, id), [/^Sapa stood still in /])
    }
    t.equal(await (await fetch(`${shell.url}/p/tetangga/salam`)).text(), 'Halo')
    shell.child.kill('SIGTERM')
    t.equal(await shell.ended, 0, 'the owner ends both')
  }
)

t.test('the shell brings back what was killed, and gives up when that does not help', async t => {
  const folder = temporaryFolder(t)
  const pretend = (script: string) => {
    writeFileSync(join(folder, 'node'), `#!/bin/sh\necho started\n${script}\n`, { mode: 0o755 })
    const env = { PATH: `${folder}:${process.env.PATH}`, DATA_DIR: folder }
    const { status, stdout, stderr } = spawnSync('sh', ['bin/start.sh'], { cwd: root, env })
    return { status, starts: String(stdout).match(/started/g)?.length, said: String(stderr) }
  }

  t.match(pretend('kill -KILL $$'), { status: 137, starts: 5, said: /killed 5 times within 10/ })
  t.match(pretend('exit 3'), { status: 3, starts: 1, said: '' }, 'an end in order is an end')
  const once = `[ ! -f "$DATA_DIR/crash.json" ] && touch "$DATA_DIR/crash.json" && exit 1
    rm "$DATA_DIR/crash.json"; exit 0`
  t.match(pretend(once), { status: 0, starts: 2 }, 'a crash that was written down is none')
})

t.test('maintenance holds the watchdog back until it ends, also in an error', async t => {
  const before = Atomics.load(pauses, 0)

  const seen = pauseWatchdog(() => Atomics.load(pauses, 0))
  const later = await pauseWatchdog(async () => Atomics.load(pauses, 0))
  t.throws(() =>
    pauseWatchdog(() => {
      throw new Error('gagal')
    })
  )

  t.same([seen, later, Atomics.load(pauses, 0)], [before + 1, before + 1, before])
})
