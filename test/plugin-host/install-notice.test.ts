import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { watchDropZone } from '../../server/plugin-host/install/watch.ts'
import { dropPlugin, manifestFor } from '../support/plugin.ts'
import { setup as whole } from '../support/app.ts'
import { pluginWorld as setup } from '../support/plugin-world.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'
import { pluginZip } from '../support/zip.ts'

const versions = (folder: string, id: string) => {
  const shelf = join(folder, 'plugins/.versions', id)
  return existsSync(shelf) ? readdirSync(shelf).toSorted() : []
}

t.test('a copy in which somebody has written is flagged', async t => {
  const { plugins, drop, folder } = await setup(t)
  drop('poin', '')
  await plugins.activate('poin')
  await plugins.refresh()
  t.match(await plugins.find('poin'), { isChanged: false })
  const [name = ''] = versions(folder, 'poin')

  writeFileSync(join(folder, 'plugins/.versions/poin', name, 'index.js'), 'export default 1')
  await plugins.refresh()

  t.match(await plugins.find('poin'), { isChanged: true, state: 'active' })
})

t.test('a wanted plugin that was broken starts once it is repaired', async t => {
  const { plugins, drop } = await setup(t)
  await plugins.start()
  drop('poin', `throw new Error('salah ketik')`)
  t.match(await plugins.activate('poin'), { state: 'broken' })

  drop('poin', `throw new Error('salah ketik')`, { manifest: { scopes: ['net:*'] } })
  await plugins.refresh()
  t.match(await plugins.find('poin'), { state: 'broken', offer: { scopesAdded: ['net:*'] } })
  drop('poin', `seen.push('repaired')`)
  await plugins.refresh()

  t.match(await plugins.find('poin'), { state: 'active', reason: null, offer: null })
  t.same(seen, ['repaired'])
})

t.test('what is dropped, changed and removed is noticed without a look', async t => {
  const { plugins, drop, folder, log } = await setup(t)
  await plugins.start()
  const changes: string[] = []
  const unwatch = watchDropZone({
    ...{ dataDir: folder, log, settleMs: 20 },
    onChange: async () => {
      await plugins.refresh()
      changes.push('seen')
    }
  })
  t.teardown(unwatch)
  const known = async () => (await plugins.list()).find(plugin => plugin.id === 'poin')

  drop('poin', '')
  await until(async () => (await known())?.state === 'installed')
  await plugins.activate('poin')
  drop('poin', '', { manifest: { version: '1.3.0' } })
  await until(async () => (await known())?.offer?.version === '1.3.0')
  rmSync(join(folder, 'plugins/poin'), { recursive: true })
  await until(async () => (await known())?.isRemoved)
  rmSync(join(folder, 'plugins'), { recursive: true })
  drop('kartu', '')
  await until(async () => (await plugins.list()).some(plugin => plugin.id === 'kartu'))

  unwatch()
  await new Promise(setImmediate)
  t.equal(process.getActiveResourcesInfo().filter(name => name === 'FSEvent').length, 0)
})

t.test('from a path of this machine: a folder, a file or a zip file', async t => {
  const { plugins, folder } = await setup(t)
  await plugins.start()
  const elsewhere = temporaryFolder(t)
  dropPlugin(elsewhere, 'poin', `seen.push('1.2.0')`)
  const source = `/* plugin.json ${JSON.stringify(manifestFor('saldo'))} */ export default { setup() {} }`
  writeFileSync(join(elsewhere, 'apa-saja.ts'), source)
  const zip = await pluginZip('kartu', '', { top: 'kartu-main/' })
  writeFileSync(join(elsewhere, 'kartu.zip'), zip)

  const path = join(elsewhere, 'plugins/poin')
  t.match(await plugins.installFrom(path), { id: 'poin', origin: 'path', state: 'installed' })
  t.match(await plugins.installFrom(join(elsewhere, 'apa-saja.ts')), { id: 'saldo' })
  t.match(await plugins.installFrom(join(elsewhere, 'kartu.zip')), { id: 'kartu' })
  await t.rejects(plugins.installFrom('/tidak/ada'), { code: 'package_missing' })

  await plugins.activate('poin')
  dropPlugin(elsewhere, 'poin', `seen.push('1.3.0')`, {
    manifest: { version: '1.3.0', scopes: ['customers:read'] }
  })
  await t.rejects(plugins.installFrom(path), { code: 'consent_needed' })
  const updated = await plugins.installFrom(path, { acceptedScopes: ['customers:read'] })
  t.match(updated, { version: '1.3.0', state: 'active', isRemoved: false })
  t.same(seen, ['1.2.0', '1.3.0'])
  t.same(readdirSync(join(folder, 'plugins/.uploads')), [])
})

t.test('a plugins folder that cannot be used keeps nobody from starting', async t => {
  const { plugins, folder, lines } = await setup(t)
  writeFileSync(join(folder, 'plugins'), 'ini berkas')

  await plugins.start()

  t.match(await plugins.find('email'), { state: 'active' })
  t.match(lines.join(''), /The plugins folder cannot be used/)
})

t.test('thirty updates leave three versions and nothing that goes on', async t => {
  const { plugins, drop, folder, jobs } = await setup(t)
  const code = `
    sapa.route({ method: 'GET', path: '/saldo', access: 'public', handle: async () => ({}) })
    sapa.jobs.handle('hitung', async () => {})
    const timer = setInterval(() => {}, 1000)
    sapa.own(() => clearInterval(timer))`
  drop('poin', code)
  await plugins.start()
  await plugins.activate('poin')
  // A file being read at this moment ends by itself.
  const leftovers = () =>
    process
      .getActiveResourcesInfo()
      .filter(name => !name.startsWith('FSReq'))
      .toSorted()
  const before = leftovers()

  for (let n = 1; n <= 30; n++) {
    drop('poin', code, { manifest: { version: `2.0.${n}` } })
    t.match(await plugins.update('poin'), { version: `2.0.${n}`, state: 'active' })
  }

  t.same(leftovers(), before)
  t.equal(versions(folder, 'poin').length, 3)
  await plugins.deactivate('poin')
  await jobs.handle('poin', 'hitung', async () => {})()
  t.equal(plugins.router.find('poin', 'GET', '/saldo'), null)
})

t.test('a running Sapa notices by itself, and serves what a plugin brings', async t => {
  const { app, sapa, dataDir } = await whole(t, { isIdle: false })
  const files = (text: string) => ({ files: { 'public/a.txt': text } })
  dropPlugin(dataDir, 'poin', '', files('satu'))
  const find = async () => (await sapa.plugins.list()).find(({ id }) => id === 'poin')

  await until(async () => (await find())?.state === 'installed')
  await sapa.plugins.activate('poin')
  const [before = ''] = versions(dataDir, 'poin')
  dropPlugin(dataDir, 'poin', '', files('dua'))
  await until(async () => (await find())?.offer)
  await sapa.plugins.update('poin')

  const after = versions(dataDir, 'poin').find(name => name !== before)
  const get = (name = '') => app.inject({ url: `/p/poin/assets/${name}/a.txt` })
  t.equal((await get(after)).body, 'dua')
  t.equal((await get('1.2.0')).body, 'dua')
  t.equal((await get(before)).statusCode, 404, 'nothing of the old version')
  for (const name of ['../index.js', '%2e%2e/index.js', '..%2findex.js']) {
    const { statusCode } = await app.inject({ url: `/p/poin/assets/${after}/${name}` })
    t.ok([403, 404].includes(statusCode), name)
  }
})
