import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { blame } from '../../server/plugin-host/attribution.ts'
import { hashOfAll, hashOf } from '../../server/plugin-host/install/hash.ts'
import { manifestFor } from '../support/plugin.ts'
import { pluginWorld as setup } from '../support/plugin-world.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const versions = (folder: string, id: string) => {
  const shelf = join(folder, 'plugins/.versions', id)
  return existsSync(shelf) ? readdirSync(shelf).toSorted() : []
}

t.test('a dropped plugin runs from a copy of its own', async t => {
  const { plugins, drop, folder, db } = await setup(t)
  drop('poin', `seen.push(import.meta.url)`, {
    files: { '.git/config': 'x', 'public/a.css': 'a{}' }
  })

  t.match(await plugins.activate('poin'), { state: 'active', origin: 'dropped', isChanged: false })

  const [name = ''] = versions(folder, 'poin')
  t.match(name, /^1\.2\.0-[0-9a-f]{8}$/)
  t.match(seen, [new RegExp(`/plugins/\\.versions/poin/${name}/index\\.js$`)])
  const staged = join(folder, 'plugins/.versions/poin', name)
  t.same(readdirSync(staged).toSorted(), ['index.js', 'package.json', 'plugin.json', 'public'])
  const row = await db.selectFrom('plugin').selectAll().executeTakeFirstOrThrow()
  t.equal(row.hash?.slice(0, 8), name.split('-')[1], 'the folder is named after the recorded hash')
  t.same(readdirSync(join(folder, 'plugins/.staging')), [])
})

t.test('the hash of a plugin is reckoned over names and contents', async t => {
  const all = hashOfAll({ 'index.js': hashOf('a'), 'lib/b.js': hashOf('b') })

  t.equal(all, hashOfAll({ 'lib/b.js': hashOf('b'), 'index.js': hashOf('a') }), 'in any order')
  t.not(all, hashOfAll({ 'index.js': hashOf('b'), 'lib/b.js': hashOf('a') }))
})

t.test('one file with its manifest on top is a plugin, also in TypeScript', async t => {
  const { plugins, folder } = await setup(t)
  const head = (id: string) => `// Poin\n/* plugin.json ${JSON.stringify(manifestFor(id))} */\n`
  mkdirSync(join(folder, 'plugins'))
  writeFileSync(
    join(folder, 'plugins/poin.js'),
    `${head('poin')}export default { setup(sapa) { seen.push(sapa.id) } }`
  )
  writeFileSync(
    join(folder, 'plugins/saldo.ts'),
    `${head('saldo')}import type { SapaPlugin } from 'sapa/plugin-api'
     const plugin: SapaPlugin = { setup(sapa) { const id: string = sapa.id; seen.push(id) } }
     export default plugin`
  )

  t.match(await plugins.activate('poin'), {
    state: 'active',
    manifest: { title: { id: 'Poin pelanggan' } }
  })
  t.match(await plugins.activate('saldo'), { state: 'active' })

  t.same(seen, ['poin', 'saldo'])
  writeFileSync(join(folder, 'plugins/kosong.ts'), `export default { setup() {} }`)
  t.match(await plugins.activate('kosong'), {
    state: 'broken',
    reason: 'kosong.ts must begin with /* plugin.json { … } */'
  })
})

t.test('a folder in TypeScript keeps its modules, and its stacks name its own lines', async t => {
  const { plugins, drop, folder } = await setup(t)
  drop('poin', '', {
    files: {
      'index.ts': `import type { SapaPlugin } from 'sapa/plugin-api'
        import { count, type Points } from './lib/count.ts'
        import names from './names.json' with { type: 'json' }
        export default {
          async setup(sapa) {
            const { late } = await import('./lib/late.ts')
            const points: Points = { of: names[0] as string }
            seen.push(count(points), late(), sapa.id)
            globalThis.fail = late.fail
          }
        } satisfies SapaPlugin`,
      'lib/count.ts': `export interface Points { of: string }
        export const count = (points: Points): string => \`Poin \${points.of}\``,
      'lib/late.ts': `export function late(): number { return 7 }
        late.fail = () => { throw new Error('gagal') }`,
      'names.json': '["Sari"]',
      'migrations/0001-start.ts': `import type { Kysely } from 'kysely'
        export async function up(db: Kysely<unknown>): Promise<void> {
          await db.schema.createTable('poin_saldo').addColumn('nama', 'text').execute()
        }`
    }
  })
  rmSync(join(folder, 'plugins/poin/index.js'))

  t.match(await plugins.activate('poin'), { state: 'active', reason: null })

  t.same(seen, ['Poin Sari', 7, 'poin'])
  const isAlone = () => !process.getActiveResourcesInfo().includes('ProcessWrap')
  t.ok(await until(isAlone), 'the compiler has left')
  const { fail } = globalThis as unknown as { fail(): void }
  try {
    fail()
  } catch (error) {
    t.equal(blame(error), 'poin')
    t.match((error as Error).stack, /\.versions[\\/]poin[\\/].*late\.[jt]s/)
  }
})

t.test('code that cannot be read is told with its line', async t => {
  const { plugins, drop, folder } = await setup(t)
  drop('poin', '', { files: { 'index.ts': 'export default {\n  setup(: {' } })
  rmSync(join(folder, 'plugins/poin/index.js'))

  t.match(await plugins.activate('poin'), { state: 'broken', reason: /index\.ts:2 Expected/ })
})

t.test('a half copied folder is tried again once it has changed', async t => {
  const { plugins, drop, folder } = await setup(t)
  drop('poin', `seen.push('runs')`)
  rmSync(join(folder, 'plugins/poin/index.js'))
  await plugins.scan()
  t.match(await plugins.find('poin'), { problem: 'The plugin has no index.js or index.ts.' })

  drop('poin', `seen.push('runs')`)
  await plugins.scan()

  t.match(await plugins.find('poin'), { problem: null, state: 'installed', version: '1.2.0' })
  t.same(seen, [])
})

t.test('links, machine code and too many files are refused', async t => {
  const { plugins, drop, folder } = await setup(t)
  for (const id of ['tautan', 'mesin', 'banyak']) drop(id, '')
  symlinkSync(temporaryFolder(t), join(folder, 'plugins/ketautan'))
  symlinkSync('/etc/passwd', join(folder, 'plugins/tautan/public'))
  writeFileSync(join(folder, 'plugins/mesin/poin.node'), '')
  for (let number = 0; number < 2000; number++) {
    writeFileSync(join(folder, `plugins/banyak/${number}.txt`), '')
  }

  t.match(await plugins.activate('tautan'), { state: 'broken', reason: /public is a link/ })
  t.match(await plugins.activate('ketautan'), { state: 'broken', reason: /ketautan is a link/ })
  t.match(await plugins.activate('mesin'), { reason: /poin\.node is machine code/ })
  t.match(await plugins.activate('banyak'), { reason: /more than 2,?000 files/ })
  t.same(versions(folder, 'tautan'), [])
})

t.test('of two sources with one id none is guessed', async t => {
  const { plugins, drop, folder } = await setup(t)
  drop('poin', `seen.push('folder')`)
  writeFileSync(join(folder, 'plugins/poin.js'), '')
  drop('email', `seen.push('foreign')`)

  t.match(await plugins.activate('poin'), { state: 'broken', reason: /both a folder and a file/ })
  await plugins.scan()
  t.match(await plugins.find('email'), { isBundled: true, problem: /comes with Sapa/ })

  t.same(seen, [])
})

t.test('a plugin goes on from its copy when its folder is taken away', async t => {
  const { plugins, drop, folder } = await setup(t)
  drop('poin', `seen.push('runs')`)
  drop('baru', '')
  await plugins.activate('poin')
  for (const id of ['poin', 'baru']) rmSync(join(folder, 'plugins', id), { recursive: true })
  await plugins.stop()

  await plugins.start()

  t.match(await plugins.find('poin'), { state: 'active', isRemoved: true })
  t.same(seen, ['runs', 'runs'])
  await t.rejects(plugins.find('baru'), { code: 'not_found' }, 'it was never switched on')
  t.same(versions(folder, 'baru'), [])
})

t.test('what runs is never exchanged without the owner', async t => {
  const { plugins, drop } = await setup(t)
  drop('poin', `seen.push('one')`)
  await plugins.activate('poin')
  drop('poin', `seen.push('two')`, { manifest: { version: '1.3.0', scopes: ['net:*'] } })

  await plugins.scan()

  t.match(await plugins.find('poin'), {
    ...{ state: 'active', version: '1.2.0', isChanged: true },
    offer: { version: '1.3.0', scopesAdded: ['net:*'], scopesRemoved: [] }
  })
  await plugins.stop()
  await plugins.start()
  t.same(seen, ['one', 'one'], 'not even by a restart')
  await plugins.deactivate('poin')
  drop('poin', `seen.push('three')`, { manifest: { version: '1.4.0' } })
  t.match(await plugins.activate('poin'), { version: '1.4.0', offer: null, isChanged: false })
})

t.test('what a killed copy has left is removed at the start', async t => {
  const { plugins, folder } = await setup(t)
  const draft = join(folder, 'plugins/.staging/0b5e')
  mkdirSync(draft, { recursive: true })
  writeFileSync(join(draft, 'index.js'), 'export')

  await plugins.start()

  t.notOk(existsSync(draft))
})
