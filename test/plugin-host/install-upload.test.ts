import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { manifestFor } from '../support/plugin.ts'
import { pluginWorld } from '../support/plugin-world.ts'
import { inPieces, pluginZip, zipOf } from '../support/zip.ts'

async function setup(t: Test, options: { pluginUpload?: boolean } = {}) {
  const world = await pluginWorld(t, options)
  await world.plugins.start()
  const upload = async (zip: Uint8Array) => world.plugins.upload(inPieces(zip))
  const leftovers = () => {
    const folder = join(world.folder, 'plugins/.uploads')
    return existsSync(folder) ? readdirSync(folder) : []
  }
  return { ...world, upload, leftovers }
}

t.test('an upload is reviewed before anything runs, and installed switched off', async t => {
  const { plugins, upload, leftovers } = await setup(t)
  const zip = await pluginZip('poin', `seen.push('runs')`, {
    manifest: { scopes: ['net:api.toko.example', 'customers:read'], provides: [] },
    files: {
      'migrations/0001-saldo.js': `seen.push('migration')`,
      '__MACOSX/._x': 'x',
      '.DS_Store': 'x'
    },
    top: 'poin-main/'
  })

  const id = await upload(zip)
  const review = await plugins.review(id)

  t.match(review, {
    manifest: { id: 'poin', title: { id: 'Poin pelanggan' } },
    ...{ files: 3, hosts: ['api.toko.example'], migrations: ['0001-saldo'] },
    ...{ fits: true, isBundled: false, installed: null }
  })
  t.match(review.hash, /^[0-9a-f]{64}$/)
  const plugin = await plugins.accept(id)
  t.match(plugin, { state: 'installed', isActive: false, origin: 'uploaded', version: '1.2.0' })
  t.same(seen, [])
  t.same(leftovers(), [])
  await t.rejects(plugins.accept(id), { code: 'upload_gone' }, 'only once')
  t.match(await plugins.activate('poin'), { state: 'broken' }, 'the migration is none')
})

t.test('an upload for an active plugin updates it, with consent to new scopes', async t => {
  const { plugins, upload, drop } = await setup(t)
  drop('poin', `seen.push('one')`, { manifest: { scopes: ['net:a.example'] } })
  await plugins.activate('poin')
  const zip = await pluginZip('poin', `seen.push('two')`, {
    manifest: { version: '2.0.0', scopes: ['net:b.example'] },
    files: { 'CHANGELOG.md': '# 2.0.0\nLebih cepat' }
  })
  const id = await upload(zip)

  t.match(await plugins.review(id), {
    installed: {
      ...{ version: '1.2.0', isSame: false, isActive: true, changelog: /Lebih cepat/ },
      ...{ scopesAdded: ['net:b.example'], scopesRemoved: ['net:a.example'] }
    }
  })
  await t.rejects(plugins.accept(id), { code: 'consent_needed', scopes: ['net:b.example'] })
  t.match(await plugins.find('poin'), { version: '1.2.0', state: 'active' })
  const updated = await plugins.accept(id, { acceptedScopes: ['net:b.example'] })

  t.match(updated, { version: '2.0.0', state: 'active', isChanged: false, offer: null })
  t.same(seen, ['one', 'two'])
})

t.test('what cannot be installed is refused and leaves nothing', async t => {
  const { plugins, upload, leftovers } = await setup(t)
  const good = { 'plugin.json': '{}', 'index.js': '' }
  const rename = (zip: Buffer, from: string, to: string) =>
    Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1')
  const named = async (name: string) =>
    rename(await zipOf({ ...good, ['x'.repeat(name.length)]: '' }), 'x'.repeat(name.length), name)

  const refusals: [string, Promise<Buffer> | Buffer, { code: string }][] = [
    ['no zip', Buffer.from('halo'), { code: 'package_broken' }],
    ['nothing', Buffer.alloc(0), { code: 'package_broken' }],
    ['cut off', (await zipOf(good)).subarray(0, 60), { code: 'package_broken' }],
    ['climbs out', named('../../naik.js'), { code: 'package_path' }],
    ['absolute', named('/etc/naik.js'), { code: 'package_path' }],
    ['windows', named('C:/naik.js'), { code: 'package_path' }],
    ['backslash', named('..\\naik.js'), { code: 'package_path' }],
    ['an inner step up', named('a/../naik.js'), { code: 'package_path' }],
    ['a zero byte', named('naik\0.js'), { code: 'package_path' }],
    [
      'a name too long for a disk',
      zipOf({ ...good, ['é'.repeat(120)]: '' }),
      { code: 'package_path' }
    ],
    ['twice', named('index.js'), { code: 'package_duplicate' }],
    ['twice in other case', named('INDEX.js'), { code: 'package_duplicate' }],
    ['a file as folder', named('index.js/a'), { code: 'package_duplicate' }],
    ['machine code', named('lib/poin.node'), { code: 'package_native' }],
    [
      'a link',
      zipOf({ ...good, tautan: '/etc/passwd' }, { tautan: 0o120777 }),
      { code: 'package_link' }
    ],
    ['a device', zipOf({ ...good, alat: '' }, { alat: 0o060644 }), { code: 'package_link' }]
  ]
  for (const [name, zip, refusal] of refusals) await t.rejects(upload(await zip), refusal, name)
  await t.rejects(upload(Buffer.alloc(21 * 1024 * 1024)), { code: 'package_too_large' })

  t.same(leftovers(), [])
  t.notOk(existsSync('/tmp/naik.js'))
  t.same(
    (await plugins.list()).filter(plugin => !plugin.isBundled),
    []
  )
})

t.test('of several who accept or discard at once one is answered', async t => {
  const { plugins, upload } = await setup(t)
  const id = await upload(await pluginZip('poin', ''))

  const answers = await Promise.allSettled([
    ...[plugins.accept(id), plugins.accept(id), plugins.discard(id), plugins.accept(id)]
  ])

  const gone = { status: 'rejected', reason: { code: 'upload_gone' } }
  t.match(answers, [{ value: { id: 'poin', state: 'installed' } }, gone, {}, gone])
})

t.test('hidden files beside the folder of the plugin are left out', async t => {
  const { plugins, upload } = await setup(t)
  const hidden = { '.git/plugin.json': '{}', '.git/index.js': '', '.DS_Store': '' }
  const mac = { '__MACOSX/index.js': '', '__MACOSX/poin/._index.js': '' }
  const plugin = { 'poin/plugin.json': JSON.stringify(manifestFor('poin')), 'poin/index.js': '' }

  const id = await upload(await zipOf({ ...hidden, ...mac, ...plugin }))

  t.match(await plugins.review(id), { files: 2, manifest: { id: 'poin' } })
})

t.test('bombs are refused before they unfold', async t => {
  const { upload, leftovers } = await setup(t)
  const large = Buffer.alloc(101 * 1024 * 1024)
  const many = Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`${n}.txt`, '']))
  const honest = await zipOf({ 'nol.bin': large })

  await t.rejects(upload(honest), { code: 'package_too_large' })
  await t.rejects(upload(lyingAbout(honest, large.length)), { code: 'package_broken' })
  await t.rejects(upload(await zipOf(many)), { code: 'package_too_many' })
  await t.rejects(upload(await overlapping()), { code: 'package_broken' })

  t.same(leftovers(), [])
})

t.test('a review says what is wrong with the plugin itself', async t => {
  const { plugins, upload } = await setup(t)

  await t.rejects(plugins.review(await upload(await zipOf({ 'a.txt': '' }))), {
    code: 'package_manifest'
  })
  const wrong = await upload(await pluginZip('poin', '', { manifest: { version: 'satu' } }))
  await t.rejects(plugins.review(wrong), {
    code: 'package_manifest',
    values: { problems: /version satu is not a version/ }
  })
  const empty = await upload(await zipOf({ 'plugin.json': JSON.stringify(manifestFor('poin')) }))
  await t.rejects(plugins.accept(empty), { code: 'package_code' })
  const bundled = await upload(await pluginZip('email', ''))
  t.match(await plugins.review(bundled), { isBundled: true })
  await t.rejects(plugins.accept(bundled), { code: 'plugin_bundled' })
  const old = await upload(await pluginZip('poin', '', { manifest: { api: '^9.0' } }))
  t.match(await plugins.review(old), { fits: false })
  for (const id of ['../../etc', '', 'f'.repeat(32)]) {
    await t.rejects(plugins.review(id), { code: 'upload_gone' })
  }
})

t.test('uploads go after an hour, when they are discarded, and can be switched off', async t => {
  const { plugins, upload, leftovers, folder } = await setup(t)
  const [first, second] = [
    await upload(await pluginZip('poin', '')),
    await upload(await pluginZip('poin', ''))
  ]
  await plugins.discard(first)
  const past = new Date(Date.now() - 3_700_000)
  utimesSync(join(folder, 'plugins/.uploads', second), past, past)
  await t.rejects(plugins.review(second), { code: 'upload_gone' })
  t.same(leftovers(), [])

  const closed = await setup(t, { pluginUpload: false })
  await t.rejects(closed.upload(await pluginZip('poin', '')), { code: 'upload_off' })
})

/** The central directory claims ten bytes. */
function lyingAbout(zip: Buffer, size: number): Buffer {
  const lie = Buffer.from(zip)
  const wanted = Buffer.alloc(4)
  wanted.writeUInt32LE(size)
  for (let at = lie.indexOf(wanted); at >= 0; at = lie.indexOf(wanted, at + 1)) {
    lie.writeUInt32LE(10, at)
  }
  return lie
}

/** Two entries of the directory point at the same bytes. */
async function overlapping(): Promise<Buffer> {
  const zip = await zipOf({ 'a.txt': 'satu', 'b.txt': 'dua!' })
  const signature = Buffer.from('504b0102', 'hex')
  const second = zip.indexOf(signature, zip.indexOf(signature) + 1)
  zip.writeUInt32LE(0, second + 42)
  return zip
}

t.test('the drop zone is looked at again when an upload came before', async t => {
  const { plugins, upload, folder, drop } = await setup(t)
  drop('poin', `seen.push('dropped')`)
  await plugins.activate('poin')
  await plugins.accept(
    await upload(
      await pluginZip('poin', `seen.push('uploaded')`, { manifest: { version: '3.0.0' } })
    )
  )
  await plugins.scan()
  t.match(await plugins.find('poin'), { version: '3.0.0', offer: null, isChanged: false })

  mkdirSync(join(folder, 'plugins/poin/lib'))
  writeFileSync(join(folder, 'plugins/poin/lib/baru.js'), 'export const a = 1')
  await plugins.scan()

  t.match(await plugins.find('poin'), { version: '3.0.0', offer: { version: '1.2.0' } })
  t.same(seen, ['dropped', 'uploaded'])
})
