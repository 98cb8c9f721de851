import { pino } from 'pino'
import t, { type Test } from 'tap'
import { startSapa, type Running } from '../../server/app.ts'
import { readConfig } from '../../server/config.ts'
import type { AccountContext } from '../../server/plugin-api/account.ts'
import type { OutboundStep } from '../../server/plugin-api/outbound.ts'
import { setup as setupApp, type SetupOptions } from '../support/app.ts'
import { post } from '../support/form.ts'
import { pluginWorld } from '../support/plugin-world.ts'
import { dropPlugin } from '../support/plugin.ts'
import { layPrepared } from '../support/prepared.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const channel = `
  sapa.channel({
    type: 'bel', label: { en: 'Bell', id: 'Bel' }, icon: 'bell', identityKinds: ['external'],
    colorLight: '#333333', colorDark: '#cccccc',
    settings: {
      judul: { type: 'text', label: { en: 'Title', id: 'Judul' }, default: 'Halo', max: 20 },
      jeda: { type: 'number', label: { en: 'Pause', id: 'Jeda' }, default: 3, min: 0 },
      bunyi: { type: 'switch', label: { en: 'Sound', id: 'Bunyi' }, default: true },
      kunci: { type: 'secret', label: { en: 'Key', id: 'Kunci' } }
    },
    capabilities: () => ({ text: { maxLength: 4000, format: 'plain' },
      attachments: { perStep: 1, maxBytes: 1000, withText: true }, hasSubject: false, hasCopies: false,
      startsBy: [], sendsNotices: false, receipts: { delivered: false, read: false },
      isIdempotent: true, rate: { perMinute: 60, parallel: 1 }, undoSeconds: 5 }),
    firstAccount: { name: { en: 'Shop bell', id: 'Bel toko' }, settings: { jeda: 5 } },
    accountPage: '/bel',
    parse: () => [],
    open: async account => {
      globalThis.opened.push(account.settings)
      account.state('connected')
      return { send: async () => ({}), close: async () => {} }
    }
  })
  globalThis.bel = sapa`

interface Bell {
  business(): Promise<object>
  accounts: {
    list(): Promise<{ id: number; name: string; settings: Record<string, unknown> }[]>
    save(id: number, patch: object, options?: object): Promise<{ isOk: boolean; fields?: object }>
  }
}
declare global {
  var opened: Record<string, unknown>[]
  var bel: Bell
}

async function setup(t: Test, options: SetupOptions = {}) {
  globalThis.opened = []
  const world = await setupApp(t, options)
  dropPlugin(world.dataDir, 'bel', channel, { manifest: { provides: ['channel:bel'] } })
  const start = async () => {
    const { reason } = await world.sapa.plugins.activate('bel')
    t.equal(reason, null)
  }
  await start()
  const rows = () => world.db.selectFrom('account').selectAll().where('type', '=', 'bel').execute()
  const create = async (body: object = {}) => {
    const form = { type: 'bel', 'account-name': 'Bel depan', ...body }
    return world.app.inject(world.as.owner(post('/settings/accounts', form)))
  }
  return { ...world, rows, create, start }
}

t.test('a plugin knows the business and its own accounts, and no others', async t => {
  const { sapa, db, make, create } = await setup(t)
  await make.account(db, { type: 'surat', name: 'Surat' })
  await create()

  t.match(await globalThis.bel.business(), {
    locale: 'id',
    timeZone: 'Asia/Jakarta',
    publicUrl: sapa.config.publicUrl
  })
  t.match(await globalThis.bel.accounts.list(), [
    {
      ...{ name: 'Bel depan', type: 'bel', isEnabled: true, state: 'starting' },
      settings: { judul: 'Halo', jeda: 3, bunyi: true }
    }
  ])
  t.equal((await globalThis.bel.accounts.list()).length, 1)
})

t.test('what a plugin saves is checked like the form, in words', async t => {
  const { create, rows, db, make } = await setup(t)
  await create()
  const [account] = await rows()
  const id = account?.id ?? 0
  const { accounts } = globalThis.bel

  t.same(await accounts.save(id, { jeda: 8, kunci: 'rahasia' }, { name: 'Bel belakang' }), {
    isOk: true
  })
  const [saved] = await accounts.list()
  t.match(saved, { name: 'Bel belakang', settings: { judul: 'Halo', jeda: 8, kunci: 'rahasia' } })
  t.notMatch((await rows())[0]?.secrets, 'rahasia')

  const wrong = { judul: 'Selamat datang di toko kami', jeda: -1, kunci: 'lain' }
  const refused = await accounts.save(id, wrong, { locale: 'en' })
  t.match(refused, { isOk: false, fields: { judul: /long/i, jeda: /small|least|more/i } })
  t.match(
    await accounts.save(id, wrong),
    { fields: { judul: /panjang/i } },
    'as the business reads'
  )
  t.match((await accounts.list())[0]?.settings, { jeda: 8, kunci: 'rahasia' }, 'nothing is stored')

  const other = await make.account(db, { type: 'surat' })
  await t.rejects(accounts.save(other.id, { jeda: 1 }), /not this plugin's/)
  await t.rejects(accounts.save(999, {}), { code: 'not_found' })
})

t.test('an own page takes the place of the form', async t => {
  const { app, as, create, rows, sapa } = await setup(t)

  const form = await app.inject(as.owner({ url: '/settings/accounts/new?type=bel' }))
  t.match(form.body, 'name="account-name"')
  t.notMatch(form.body, 'name="judul"', 'it is filled in there')
  t.notMatch(form.body, 'account-history', 'and what is older is asked for there, if at all')
  t.notMatch(form.body, /<section[^>]*>\s*<\/section>/, 'no card is empty')
  const created = await create()
  const [account] = await rows()
  const page = `/p/bel/bel?account=${account?.id}`
  t.equal(created.headers.location, page)

  const list = await app.inject(as.owner({ url: '/settings/accounts' }))
  t.match(list.body, `href="${page}"`)
  const general = await app.inject(as.owner({ url: `/settings/accounts/${account?.id}` }))
  t.match(general.body, `href="${page}"`)
  t.match(general.body, 'name="judul"', 'the usual form is still there')
  t.match(general.body, 'All settings as a form', 'folded')

  await sapa.plugins.deactivate('bel')
  const off = await app.inject(as.owner({ url: '/settings/accounts' }))
  t.notMatch(off.body, page)
  t.match(off.body, `href="/settings/accounts/${account?.id}"`)
})

t.test('a channel that needs nothing gets its first account once', async t => {
  const { rows, sapa, app, as, start } = await setup(t, { isIdle: false })

  const [first] = await until(async () => {
    const all = await rows()
    return all.length > 0 && all
  })
  t.match(first, { name: 'Bel toko', settings: '{"judul":"Halo","jeda":5,"bunyi":true}' })
  await until(() => globalThis.opened.length === 1)

  t.same(await globalThis.bel.accounts.save(first?.id ?? 0, { jeda: 9 }), { isOk: true })
  await until(() => globalThis.opened.at(-1)?.jeda === 9)

  await app.inject(as.owner({ method: 'DELETE', url: `/settings/accounts/${first?.id}` }))
  await sapa.plugins.deactivate('bel')
  await start()
  await app.inject(as.owner(post('/settings/general', { businessName: 'Toko Sari' })))
  await until(async () => (await sapa.plugins.find('bel')).state === 'active')
  t.same(await rows(), [], 'what the owner has removed stays away')
})

t.test(
  'the first account comes right after the setup, in the language of the business',
  async t => {
    globalThis.opened = []
    const dataDir = temporaryFolder(t)
    await layPrepared(dataDir)
    dropPlugin(dataDir, 'bel', channel, { manifest: { provides: ['channel:bel'] } })
    const start = async () => {
      const config = readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' })
      const running = await startSapa(config, { log: pino({ level: 'silent' }) })
      t.teardown(() => running.close())
      return running
    }
    const accounts = ({ sapa }: Running) =>
      sapa.db.selectFrom('account').select(['id', 'name']).where('type', '=', 'bel').execute()
    const running = await start()
    const { app, sapa } = running
    await sapa.plugins.activate('bel')
    t.same(await accounts(running), [], 'nobody is there whose it would be')

    const person = { name: 'Ibu Sari', email: 'sari@toko.example', password: 'kopi susu di teras' }
    const made = await app.inject(post('/setup/account', { ...person, token: sapa.setupToken }))
    const cookies = Object.fromEntries(made.cookies.map(({ name, value }) => [name, value]))
    const business = { businessName: 'Toko Sari', locale: 'en', timeZone: 'Asia/Jakarta' }
    const named = await app.inject({
      ...post('/setup/business', business, { 'sec-fetch-site': 'same-origin' }),
      cookies
    })
    t.equal(named.headers.location, '/setup/channel')

    const [first] = await until(async () => {
      const all = await accounts(running)
      return all.length > 0 && all
    })
    t.equal(first?.name, 'Shop bell')
    await running.close()
    const again = await start()
    await until(() => globalThis.opened.length > 1)
    t.same(await accounts(again), [first], 'and no second one at the next start')
  }
)

t.test('an account has the scopes of its plugin, and its secrets stay out of the log', async t => {
  const { plugins, drop, channels, log, lines } = await pluginWorld(t)
  const form = JSON.stringify({ token: { type: 'secret', label: { en: 'Token', id: 'Token' } } })
  drop(
    'obrolan',
    `sapa.channel({ type: 'obrolan', label: { en: 'Chat', id: 'Obrolan' }, settings: ${form}, capabilities: () => ({}), parse: () => [],
       probe: async ({ token }, signal, report) => {
         report({ step: 'token', state: 'failed', remedy: { en: 'Not ' + encodeURIComponent(token), id: token } })
         throw new Error('GET /bot' + token)
       },
       open: async account => ({
         async checks(signal, report) {
           report({ step: 'line', state: 'failed', detail: { en: account.settings.token, id: '' } })
         },
         async findSent() {
           account.state('delayed', 'GET /bot' + account.settings.token)
           throw Object.assign(new Error('bot' + account.settings.token), { failure: 'temporary', detail: {} })
         },
         async send() {
           account.log.warn({ url: 'https://api.example.com/bot' + account.settings.token }, 'gagal')
           await account.fetch('https://lain.example.com/')
         }
       }) })`,
    { manifest: { provides: ['channel:obrolan'], scopes: ['net:api.example.com'] } }
  )
  await plugins.activate('obrolan')
  const typed = { token: 'token/bot-5521' }
  const told: unknown[] = []
  const tell = (...words: unknown[]) => void told.push(words)
  const line = { facts: { id: 1 }, settings: typed, log, state: tell, notice: tell }
  const account = line as unknown as AccountContext

  const session = await channels.get('obrolan')?.open(account)

  await t.rejects(async () => session?.send({} as OutboundStep), {
    code: 'host_refused',
    message: /not in the scopes/
  })
  const { signal } = new AbortController()
  await t.rejects(async () => session?.findSent?.('ref', signal), {
    ...{ message: 'bot[secret]', failure: 'temporary' }
  })
  await session?.checks?.(signal, tell)
  const probe = channels.get('obrolan')?.probe?.({ token: 'baru/diketik' }, signal, tell)
  await t.rejects(async () => probe, { message: 'GET /bot[secret]' })
  t.match(JSON.stringify(told), /delayed.*bot\[secret\].*line.*\[secret\].*Not \[secret\]/)
  t.match(lines.join(''), /bot\[secret\]/)
  t.notMatch(lines.join('') + JSON.stringify(told), /bot-5521|diketik/)
})
