import t from 'tap'
import { ancestorsOf, isAllowed } from '../config/origin.ts'
import { chatWorld } from './world.ts'

t.test('sites are told by their whole name', async t => {
  const list = ['https://toko.id', '*.sinar.id', 'http://localhost:8080']
  const cases: [string | undefined, boolean][] = [
    ['https://toko.id', true],
    ['https://toko.id:443', true],
    ['http://toko.id', false],
    ['https://toko.id.jahat.example', false],
    ['https://bukantoko.id', false],
    ['https://www.sinar.id', true],
    ['http://a.b.sinar.id', true],
    ['https://sinar.id', false],
    ['https://jahatsinar.id', false],
    ['http://localhost:8080', true],
    ['http://localhost', false],
    ['null', false],
    ['', false],
    [undefined, false]
  ]
  for (const [origin, isFine] of cases) t.equal(isAllowed(list, origin), isFine, String(origin))
  t.equal(isAllowed([], 'null'), true, 'without a list any site')
  t.equal(ancestorsOf([]), '*')
  t.equal(ancestorsOf(list), "'self' https://toko.id *.sinar.id http://localhost:8080")
})

t.test('the loader gets its config on allowed sites', async t => {
  const world = await chatWorld(t)
  const config = (origin?: string, query = '') =>
    world.askWith(null)(`GET config${query}`, undefined, origin === undefined ? {} : { origin })
  const { body, headers, status } = await config('https://toko.example', '?lang=en')
  t.equal(status, 200)
  t.match(body, {
    ...{ key: world.key, locale: 'en', scheme: 'auto', isFormOnly: false },
    panelUrl: new RegExp(`/chat/${world.key}/panel$`),
    launcher: { side: 'right', label: 'Chat with us' },
    rules: { show: [], hide: [] },
    words: { unread: 'Unread messages: {count}' }
  })
  t.equal(headers.get('access-control-allow-origin'), 'https://toko.example')
  t.match(headers.get('vary'), /Origin/)
  t.equal((await config('https://toko.example', '?lang=id-ID')).body.locale, 'id')

  await world.configure({
    ...{ origins: ['https://toko.id'], brand: '#ffff00', title: 'Sinar', language: 'id' },
    ...{ showOn: ['/toko/*'], labelId: 'Tanya kami' }
  })
  t.match(await config('https://toko.example'), { status: 403, body: { code: 'origin' } })
  t.match(await config('null'), { status: 403 })
  t.match(await config(), { status: 403 })
  const set = await config('https://toko.id', '?lang=en')
  t.match(set.body, {
    ...{ name: 'Sinar', locale: 'id', rules: { show: ['/toko/*'] } },
    launcher: { label: 'Tanya kami' },
    colors: { light: { onBrand: /^#(?!ffffff)/ } }
  })
})

t.test('other sites cannot speak for a visitor', async t => {
  const world = await chatWorld(t)
  const ratna = world.guest()
  const foreign = { origin: 'https://jahat.example', 'sec-fetch-site': 'cross-site' }
  const posted = await ratna.ask('POST messages', { text: 'Halo' }, foreign)
  t.equal(posted.status, 403)
  const read = await ratna.ask('GET messages', undefined, foreign)
  t.equal(read.headers.get('access-control-allow-origin'), null)
  const asked = await ratna.ask('OPTIONS messages', undefined, foreign)
  t.equal(asked.headers.get('access-control-allow-origin'), null)
})
