import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { sql } from 'kysely'
import t from 'tap'
import { codeFile } from '../../server/paths.ts'
import { cardWorld, first, storedState } from '../support/card-world.ts'

const die = `if (process.env.SAPA_TEST_DIES) process.kill(process.pid, 'SIGKILL')`

/** Updates in a process of its own; answers by which signal it ended. */
async function updateOnce(folder: string): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [codeFile('test/plugin-host/update-once'), folder], {
    env: { ...process.env, SAPA_TEST_DIES: '1' },
    stdio: ['ignore', 'inherit', 'inherit']
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return signal
}

const level = `await db.schema.alterTable('poin_kartu').addColumn('level', 'text').execute()
  await db.deleteFrom('poin_saldo').execute()`
const migration = (end = '') => ({
  ...first,
  '0002-level.js': `export async function up(db) { ${level}; ${end} }`
})

const deaths: [string, string, string, object][] = [
  ['while the old version ends', `sapa.own(() => { ${die} })`, '', migration()],
  ['in the middle of a migration', '', '', migration(die)],
  ['in the setup of the new version', '', die, migration()],
  [
    'at some moment after its setup',
    '',
    `setTimeout(() => { ${die} }, Math.random() * 8); await new Promise(done => setTimeout(done, 5))`,
    migration()
  ]
]
for (const [moment, oldCode, newCode, migrations] of deaths) {
  t.test(`killed ${moment}, the next start finds one whole version`, async t => {
    const { plugins, offer, folder, db } = await cardWorld(t)
    if (oldCode) {
      offer('1.0.1', oldCode)
      await plugins.update('poin')
    }
    const old = (await plugins.find('poin')).version
    const before = await storedState(db)
    offer('2.0.0', newCode, migrations)
    await plugins.stop()

    t.equal(await updateOnce(folder), 'SIGKILL')
    await plugins.start()

    const plugin = await plugins.find('poin')
    t.match(plugin, { state: 'active', isActive: true })
    t.match(plugin.version, new RegExp(`^(${old.replaceAll('.', '\\.')}|2\\.0\\.0)$`))
    if (plugin.version === old) t.same(await storedState(db), before)
    else {
      const { rows } = await sql`select nama, level from poin_kartu`.execute(db)
      t.same(rows.length, 2)
      t.same((await storedState(db)).journal, [])
    }
    t.match(await plugins.update('poin').catch(() => plugins.find('poin')), {
      version: '2.0.0',
      state: 'active'
    })
  })
}

t.test('an update that was cut off is told', async t => {
  const { plugins, offer, folder } = await cardWorld(t)
  offer('2.0.0', die, migration())
  await plugins.stop()

  await updateOnce(folder)
  await plugins.start()

  t.match(await plugins.find('poin'), {
    ...{ version: '1.0.0', state: 'active' },
    ...{ updateError: 'Sapa ended in the middle of the update', offer: { version: '2.0.0' } }
  })
})
