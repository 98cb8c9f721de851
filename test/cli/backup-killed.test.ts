import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import t from 'tap'
import { databaseFile } from '../../server/db/prepare.ts'
import { root } from '../../server/paths.ts'
import { holdings, shop } from '../support/backup-world.ts'
import { sapa } from '../support/command.ts'
import { make } from '../support/factory.ts'

const leftBeside = (file: string) =>
  readdirSync(dirname(file)).filter(name => name.startsWith(`${basename(file)}.`))

/** Starts a command and kills it without warning after `ms`. */
async function killAfter(ms: number, dataDir: string, words: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'dist/server/cli/main.js'), ...words], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir },
    stdio: 'ignore'
  })
  const ended = new Promise(resolve => child.once('close', resolve))
  const timer = setTimeout(() => child.kill('SIGKILL'), ms)
  await ended
  clearTimeout(timer)
}

/** From the first to the last part of the time that the command takes here and now. */
async function momentsOf(work: () => Promise<unknown>): Promise<number[]> {
  const start = performance.now()
  await work()
  const whole = performance.now() - start
  return [0.4, 0.6, 0.75, 0.9].map(part => whole * part)
}

t.test('killed at any moment, a backup leaves the file before it or a whole new one', async t => {
  const { dataDir, file, folder } = await shop(t, 300)
  const moments = await momentsOf(() => sapa(dataDir, ['backup', file]))
  const source = await holdings(dataDir)

  for (const [turn, ms] of moments.entries()) {
    await killAfter(ms, dataDir, ['backup', file])
    const there = join(folder, `restored-${turn}`)
    t.equal((await sapa(there, ['restore', file])).code, 0)
    t.strictSame(await holdings(there), { ...source, setting: 1 })
  }
  t.equal((await sapa(dataDir, ['backup', file])).code, 0)
  t.strictSame(leftBeside(file), [], 'the next backup clears up')
})

t.test('killed at any moment, a restore leaves the old data or the new', async t => {
  const { dataDir, db, file, empty } = await shop(t, 300)
  await sapa(dataDir, ['backup', file])
  const moments = await momentsOf(() => sapa(empty, ['restore', file]))
  await make.customer(db, { name: 'Datang kemudian' })
  await db.destroy()
  const old = await holdings(dataDir)

  for (const ms of moments) {
    await killAfter(ms, dataDir, ['restore', file, '--force'])
    t.equal((await sapa(dataDir, ['migrate'])).code, 0)
    const found = await holdings(dataDir)
    t.equal(found['blob'], 300)
    t.ok([old['customer'], Number(old['customer']) - 1].includes(found['customer'] ?? ''))
    t.notOk(existsSync(join(dataDir, 'restoring')))
  }
})

t.test('a restore that was cut off between two renames is finished by the next start', async t => {
  const { dataDir, db, file, empty } = await shop(t)
  await sapa(dataDir, ['backup', file])
  await sapa(empty, ['restore', file])
  // The next start notes what its plugins listen to.
  const { plugin_consumer: _, plugin_keeper: __, ...wanted } = await holdings(empty)
  await make.customer(db, { name: 'Datang kemudian' })
  await db.destroy()
  mkdirSync(join(dataDir, 'before'))
  renameSync(databaseFile(dataDir), join(dataDir, 'before/sapa.db'))
  cpSync(empty, join(dataDir, 'restoring'), { recursive: true })
  writeFileSync(join(dataDir, 'restoring/READY'), '{"aside":"before"}')

  t.match(await sapa(dataDir, ['doctor']), { out: /warning +restore .*interrupted/ })
  await sapa(dataDir, ['migrate'])

  const bundled = readdirSync(join(root, 'plugins')).length
  t.match(await holdings(dataDir), { ...wanted, setting: 2, plugin: bundled })
  t.notOk(existsSync(join(dataDir, 'restoring')))
})
