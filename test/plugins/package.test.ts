import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hashPassword } from '../../server/agent/password.ts'
import { setup, type Setup, type SetupOptions } from '../support/app.ts'
import { post } from '../support/form.ts'
import { dropPlugin } from '../support/plugin.ts'
import { pluginZip, zipOf } from '../support/zip.ts'

const password = 'kopi susu gula aren'

async function shop(t: Parameters<typeof setup>[0], options: SetupOptions = {}) {
  const world = await setup(t, options)
  await world.db
    .updateTable('agent')
    .set({ password_hash: await hashPassword(password) })
    .execute()
  return world
}

/** A form with a file as a browser sends it. */
function form(zip: Buffer | null, typed: string | null = password) {
  const line = 'toko-cahaya'
  const part = (head: string, content: Buffer | string) =>
    Buffer.concat([
      Buffer.from(`--${line}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n')
    ])
  const parts = [
    ...(typed === null ? [] : [part('name="password"', typed)]),
    ...(zip === null
      ? []
      : [part('name="zip"; filename="poin.zip"\r\nContent-Type: application/zip', zip)])
  ]
  return {
    ...{ method: 'POST' as const, url: '/plugins/uploads' },
    payload: Buffer.concat([...parts, Buffer.from(`--${line}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${line}` }
  }
}

const uploads = ({ dataDir }: Setup) => {
  const folder = join(dataDir, 'plugins/.uploads')
  return existsSync(folder) ? readdirSync(folder) : []
}

t.test('an upload is looked at, installed, switched on and removed', async t => {
  const world = await shop(t)
  const { app, as, sapa } = world
  globalThis.seen = []
  const zip = await pluginZip('points', 'globalThis.seen.push("ran")', {
    manifest: { scopes: ['net:api.poin.example', 'customers:read', 'mail:send'], icon: 'star' },
    files: {
      'migrations/0001-cards.js':
        'export async function up(db) { await db.schema.createTable("points_card").addColumn("id", "integer").execute() }'
    }
  })

  const sent = await app.inject(as.owner(form(zip)))
  t.equal(sent.statusCode, 303)
  const url = String(sent.headers.location)
  t.match(url, /^\/plugins\/uploads\/[0-9a-f]{32}\/review$/)
  const review = await app.inject(as.owner({ url }))
  for (const text of [
    'Loyalty',
    'Toko Cahaya',
    'internet: api.poin.example',
    'customers: read',
    'emails: send in your business',
    '0001-cards',
    '^1.0'
  ]) {
    t.match(review.body, text)
  }
  t.match(review.body, /<dd>[0-9a-f]{64}<\/dd>/)
  t.match(review.body, 'Nothing of this plugin has run yet.')

  const install = url.replace('review', 'installation')
  const done = await app.inject(as.owner(post(install, {})))
  t.equal(done.headers.location, '/plugins?installed=points')
  t.match(
    (await app.inject(as.owner({ url: '/plugins?installed=points' }))).body,
    'Loyalty is installed and still off.'
  )
  t.match(await sapa.plugins.find('points'), { state: 'installed', isActive: false })
  t.same(globalThis.seen, [], 'nothing has run')
  t.same(uploads(world), [])
  t.equal((await app.inject(as.owner(post(install, {})))).statusCode, 404, 'not twice')

  await app.inject(as.owner(post('/plugins/changes', { change: 'activation', id: 'points' })))
  t.same(globalThis.seen, ['ran'])
  const removal = '/plugins/points/removal'
  const early = await app.inject(as.owner(post(removal, { data: 'keep', password })))
  t.equal(early.statusCode, 409)
  t.match(early.body, 'Switch the plugin points off first.')
  await app.inject(as.owner(post('/plugins/changes', { change: 'deactivation', id: 'points' })))

  const page = await app.inject(as.owner({ url: removal }))
  t.match(page.body, 'points_card')
  t.match(page.body, /value="keep" checked/)
  const wrong = await app.inject(
    as.owner(post(removal, { data: 'delete', password: 'salah sekali' }))
  )
  t.equal(wrong.statusCode, 422)
  t.match(wrong.body, /value="delete" checked/)
  t.equal((await sapa.plugins.list()).filter(plugin => plugin.id === 'points').length, 1)

  const kept = await app.inject(as.owner(post(removal, { data: 'keep', password })))
  t.equal(kept.headers.location, '/plugins?removed=points')
  const list = await app.inject(as.owner({ url: '/plugins?removed=points' }))
  t.match(list.body, 'Data of removed plugins')
  t.notMatch(list.body, 'id="plugin-points"')

  const gone = await app.inject(as.owner(post(removal, { data: 'delete', password })))
  t.match(gone.headers.location, /^\/plugins\?removed=points&backup=plugin-points-.*\.sqlite$/)
  t.match(
    (await app.inject(as.owner({ url: String(gone.headers.location) }))).body,
    'A copy of its data lies in backups/plugin-points-'
  )
  t.equal((await app.inject(as.owner({ url: removal }))).statusCode, 404)
})

t.test('the doors of packages: other roles, foreign pages, no password, broken files', async t => {
  const world = await shop(t)
  const { app, as, sapa, dataDir } = world
  dropPlugin(dataDir, 'points', '')
  await sapa.plugins.scan()
  const zip = await pluginZip('cards', '')
  const upload = await sapa.plugins.upload(
    (async function* () {
      yield zip
    })()
  )
  const review = `/plugins/uploads/${upload}/review`

  for (const role of ['guest', 'agent', 'supervisor', 'admin'] as const) {
    t.equal((await app.inject(as[role](form(zip)))).statusCode, 403, role)
    for (const url of [review, '/plugins/points/removal']) {
      t.equal((await app.inject(as[role]({ url }))).statusCode, 403, `${role} ${url}`)
    }
    const part = review.replace('review', 'installation')
    t.equal((await app.inject(as[role](post(part, {})))).statusCode, 403, role)
    const remove = post('/plugins/points/removal', { data: 'keep', password })
    t.equal((await app.inject(as[role](remove))).statusCode, 403, role)
  }
  t.match((await app.inject(as.admin({ url: '/plugins/new' }))).body, 'Only owners may upload')
  const foreign = {
    ...form(zip),
    headers: { ...form(zip).headers, 'sec-fetch-site': 'cross-site' }
  }
  t.equal((await app.inject(as.owner(foreign))).statusCode, 403)

  const before = uploads(world).length
  for (const [name, request] of Object.entries({
    'no password': form(zip, null),
    'a wrong one': form(zip, 'bukan sandinya'),
    'no file': form(null),
    'no zip': form(Buffer.from('bukan zip')),
    'a link': form(await zipOf({ luar: '/etc/passwd' }, { luar: 0o120777 })),
    'no manifest': form(await zipOf({ 'index.js': 'x' }))
  })) {
    const { statusCode, body } = await app.inject(as.owner(request))
    t.equal(statusCode, 422, name)
    t.match(body, 'name="zip"', name)
    t.match(body, /field__error|callout--danger/, name)
  }
  t.equal(uploads(world).length, before, 'nothing of them is kept')

  for (const url of [
    '/plugins/uploads/abc/review',
    `/plugins/uploads/${'0'.repeat(32)}/review`,
    '/plugins/nothing/removal'
  ]) {
    t.equal((await app.inject(as.owner({ url }))).statusCode, 404, url)
  }
  const away = await app.inject(as.owner(post(review.replace('review', 'dismissal'), {})))
  t.equal(away.headers.location, '/plugins/new')
  t.equal((await app.inject(as.owner({ url: review }))).statusCode, 404)
})

t.test('guessing the password is slowed down as at the sign-in', async t => {
  const { app, as } = await shop(t)
  const zip = await pluginZip('points', '')
  let status = 0
  for (let n = 0; n < 8; n += 1) {
    status = (await app.inject(as.owner(form(zip, `tebakan nomor ${n}`)))).statusCode
  }

  t.equal(status, 429)
  t.equal((await app.inject(as.owner(form(zip)))).statusCode, 429)
})

t.test('uploading can be switched off', async t => {
  const { app, as } = await shop(t, { env: { PLUGIN_UPLOAD: 'off' } })

  const page = await app.inject(as.owner({ url: '/plugins/new' }))
  t.match(page.body, 'PLUGIN_UPLOAD=off')
  t.notMatch(page.body, 'name="zip"')
  t.equal((await app.inject(as.owner(form(await pluginZip('points', ''))))).statusCode, 403)
})

t.test('an update shows what changes, and more permissions need a yes', async t => {
  const world = await shop(t)
  const { app, as, sapa, dataDir } = world
  dropPlugin(dataDir, 'points', '', { manifest: { scopes: ['net:lama.example'] } })
  await sapa.plugins.scan()
  await sapa.plugins.activate('points')
  dropPlugin(dataDir, 'points', '', {
    manifest: { version: '1.3.0', scopes: ['net:baru.example'] },
    files: { 'CHANGELOG.md': '# 1.3.0\nPoin <b>ganda</b>' }
  })
  await sapa.plugins.scan()

  const { body } = await app.inject(as.admin({ url: '/plugins?tab=updates' }))
  t.match(body, 'Version 1.3.0 is available.')
  t.match(body, 'No longer needs: internet: lama.example.')
  t.match(body, 'Poin &lt;b&gt;ganda&lt;/b&gt;')
  const url = '/plugins/points/updates'
  t.equal((await app.inject(as.supervisor(post(url, {})))).statusCode, 403)
  const scope = 'net:baru.example'
  const refused = await app.inject(as.admin(post(url, { scope })))
  t.equal(refused.statusCode, 409)
  t.match(refused.body, 'net:baru.example')
  t.match(await sapa.plugins.find('points'), { version: '1.2.0', state: 'active' })

  const done = await app.inject(as.admin(post(url, { scope, consent: 'yes' })))
  t.equal(done.headers.location, '/plugins?updated=points')
  t.match(await sapa.plugins.find('points'), { version: '1.3.0', state: 'active' })
  t.equal((await app.inject(as.admin(post(url, {})))).statusCode, 409, 'there is none any more')

  const settings = await app.inject(as.admin({ url: '/plugins/points/settings' }))
  t.match(settings.body, 'Back to version 1.2.0')
  t.equal((await app.inject(as.admin(post('/plugins/points/rollbacks', {})))).statusCode, 303)
  t.match(await sapa.plugins.find('points'), { version: '1.2.0', state: 'active' })
  t.equal((await app.inject(as.admin(post('/plugins/nothing/updates', {})))).statusCode, 404)
})

t.test('files that changed on the disk or went away are told', async t => {
  const { app, as, sapa, dataDir } = await shop(t)
  dropPlugin(dataDir, 'points', '')
  await sapa.plugins.scan()
  await sapa.plugins.activate('points')
  rmSync(join(dataDir, 'plugins/points'), { recursive: true })
  dropPlugin(dataDir, 'cards', '')
  writeFileSync(join(dataDir, 'plugins/cards/plugin.json'), '{')

  const { body } = await app.inject(as.admin({ url: '/plugins' }))

  t.match(body, /Its folder is gone\. It runs from a copy/)
  t.match(body, 'id="plugin-cards"')
})
