import { execFileSync } from 'node:child_process'
import t from 'tap'
import type { InjectOptions } from '../../../test/support/app.ts'
import { until } from '../../../test/support/until.ts'
import { signInExamples } from '../rooms/sign-in.ts'
import { chatWorld } from './world.ts'

const words = { 'content-type': 'application/x-www-form-urlencoded' }

t.test('the page of a widget is for admins', async t => {
  const { app, as, account } = await chatWorld(t)
  const url = `/p/webchat/widget?account=${account}`
  const save = { method: 'POST' as const, url, headers: words, payload: 'title=Sinar' }

  t.equal((await app.inject({ url, headers: { accept: 'text/html' } })).statusCode, 303)
  t.equal((await app.inject(as.agent({ url }))).statusCode, 403)
  t.equal((await app.inject(as.supervisor(save))).statusCode, 403)
  t.equal((await app.inject(as.admin({ url }))).statusCode, 200)
  t.equal((await app.inject(as.agent({ url: '/p/webchat/widget/colors' }))).statusCode, 403)
  const { body } = await app.inject(as.admin({ url }))
  t.match(body, /href="\/settings"[^>]*aria-current="page"/, 'it belongs to the settings')
})

t.test('without a number the page offers every widget', async t => {
  const { app, as, account, connect } = await chatWorld(t)
  const other = await connect('Toko <kedua>')

  const page = await app.inject(as.admin({ url: '/p/webchat/widget?account=999' }))

  t.match(page.payload, `/p/webchat/widget?account=${account}`)
  t.match(page.payload, `/p/webchat/widget?account=${other.id}`)
  t.match(page.payload, 'Toko &lt;kedua&gt;')
})

t.test('from settings and an empty inbox there is a way to the sample shop', async t => {
  const { app, as, account, key, guest } = await chatWorld(t)
  const way = '/p/webchat/try?account='
  const url = `${way}${account}`
  const leads = async (request: InjectOptions) => (await app.inject(request)).payload.includes(way)

  t.ok(await leads(as.admin({ url: '/settings/accounts' })))
  t.ok(await leads(as.admin({ url: '/inbox/all' })))
  t.notOk(await leads(as.agent({ url: '/inbox/all' })))
  t.equal((await app.inject(as.admin({ url }))).headers.location, `/chat/${key}/try`)
  t.equal((await app.inject(as.agent({ url }))).statusCode, 403)

  await guest().write('Apakah mesin cuci Nusa F9 masih ada?')
  await until(async () => !(await leads(as.admin({ url: '/inbox/closed' }))), {
    what: 'the hint to go once somebody has written'
  })
})

t.test('texts of the owner are escaped, and secrets are not on the page', async t => {
  const { app, as, account, configure } = await chatWorld(t)
  const signKey = 'kunci-rahasia-yang-panjang-sekali-sekali'
  await configure({ title: '<script>alert(1)</script>', welcomeId: '"><img src=x>', signKey })

  for (const tab of ['look', 'greeting', 'safety', 'install']) {
    const url = `/p/webchat/widget?account=${account}&tab=${tab}`
    const { payload } = await app.inject(as.admin({ url }))
    t.notMatch(payload, '<script>alert', tab)
    t.notMatch(payload, '<img src=x', tab)
    t.notMatch(payload, signKey, tab)
  }
})

t.test('a key from the page proves sign-ins until it is ended', async t => {
  const { app, as, sapa, account, guest } = await chatWorld(t)
  const url = `/p/webchat/widget?account=${account}&tab=safety`
  /** Presses one of the buttons; the key that is shown then, if one is. */
  const press = async (deed: string) => {
    const before = sapa.supervisor.session(account)
    const { payload } = await app.inject(as.admin({ url }))
    const seen = /name="seen" value="(\w+)"/.exec(payload)?.[1] ?? ''
    const form = { headers: words, payload: `key=${deed}&seen=${seen}` }
    const answer = await app.inject(as.admin({ method: 'POST', url, ...form }))
    await until(() => {
      const session = sapa.supervisor.session(account)
      return session !== null && session !== before
    })
    return /plugin-webchat__key">([\w-]{43})</.exec(answer.payload)?.[1] ?? ''
  }
  const prove = async (key: string) => {
    const program = `${signInExamples.node}
      process.stdout.write(JSON.stringify(sapaProof({ id: 42, name: 'Ratna' }, '${key}')))`
    const args = ['--input-type=module', '-e', program]
    const proof: unknown = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
    return (await guest().ask('PUT identity', proof)).status
  }

  const first = await press('make')
  t.equal(await prove(first), 200)
  const second = await press('make')
  t.equal(await prove(first), 200, 'the one before is still good')
  t.equal(await prove(second), 200)
  await press('end-old')
  t.equal(await prove(first), 403)
  t.equal(await prove(second), 200)
  await press('end-all')
  t.equal(await prove(second), 403)
})

t.test('the owner sees on which sites the chat was shown', async t => {
  const { app, as, account, key, url } = await chatWorld(t)
  const page = () => app.inject(as.admin({ url: `/p/webchat/widget?account=${account}` }))
  t.match((await page()).payload, 'not yet seen on a site')

  await fetch(`${url}/chat/${key}/config`, { headers: { origin: 'https://sinar.example' } })
  await fetch(`${url}/chat/${key}/config`, { headers: { origin: 'null' } })

  t.match((await page()).payload, /seen .* on sinar\.example/)
})

t.test('a colour that cannot be used is answered without one', async t => {
  const { app, as } = await chatWorld(t)
  const ask = (brand: string) =>
    app.inject(as.admin({ url: `/p/webchat/widget/colors?brand=${encodeURIComponent(brand)}` }))

  t.match((await ask('#ffe14d')).json(), {
    colors: { light: { brand: '#ffe14d', onBrand: '#111816' } },
    text: 'Dark text can be read'
  })
  t.strictSame((await ask('red;}')).json(), { colors: null, text: '' })
})
