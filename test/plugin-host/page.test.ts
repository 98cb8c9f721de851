import t, { type Test } from 'tap'
import { setup as setupApp } from '../support/app.ts'
import { dropPlugin } from '../support/plugin.ts'
import { until } from '../support/until.ts'

const code = `
  let badge = 3
  sapa.page({ path: '/daftar', title: { en: 'Orders', id: 'Pesanan' }, access: 'agent',
    nav: { icon: 'shopping-cart', badge: async () => badge++ }, script: 'daftar.js', style: 'daftar.css',
    handle: async request => request.method === 'POST'
      ? { redirect: '/p/pesanan/daftar?nama=' + encodeURIComponent(request.form.nama), status: 303 }
      : sapa.html\`<form method="post"><input name="nama" value="\${request.query.nama ?? ''}"><button>Simpan</button></form><script>alert(1)</script><p onclick="x()">\${request.agent.name}</p>\` })
  sapa.page({ path: '/laba/:bulan', title: { en: 'Profit', id: 'Laba' }, access: 'admin',
    handle: async request => sapa.html\`<p>Bulan \${request.params.bulan}</p>\` })
  sapa.page({ path: '/pecah', title: { en: 'Broken', id: 'Rusak' }, access: 'agent', handle: async () => '<b>teks</b>' })
  sapa.page({ path: '/rahasia', title: { en: 'Secret', id: 'Rahasia' }, access: 'admin', nav: { icon: 'tidak-ada', priority: 1 },
    handle: async () => sapa.html\`<p>rahasia</p>\` })
  sapa.route({ method: 'GET', path: '/bagian', access: 'agent', handle: async () => ({ body: sapa.html\`<b>\${'<i>'}</b><img src=x onerror=alert(1)>\` }) })
  sapa.route({ method: 'GET', path: '/teks', access: 'agent', handle: async () => ({ body: '<b>teks</b><script>x</script>' }) })`

async function setup(t: Test) {
  const world = await setupApp(t)
  dropPlugin(world.dataDir, 'pesanan', code, {
    files: {
      'public/daftar.js': 'export {}',
      'public/daftar.css': '.plugin-pesanan { color: red }'
    }
  })
  const { state, reason } = await world.sapa.plugins.activate('pesanan')
  t.equal(state, 'active', reason ?? '')
  const get = async (
    url: string,
    who: keyof typeof world.as | null = 'agent',
    headers: Record<string, string> = {}
  ) => {
    const request = { method: 'GET' as const, url, headers: { accept: 'text/html', ...headers } }
    return world.app.inject(who ? world.as[who](request) : request)
  }
  return { ...world, get }
}

t.test('a page of a plugin stands in the frame of Sapa, cleaned', async t => {
  const { get, app, as } = await setup(t)

  const page = await get('/p/pesanan/daftar?nama=Bu%20%3Cb%3ETuti')

  t.equal(page.statusCode, 200)
  t.match(page.body, '<h1 class="page__title">Orders</h1>')
  t.match(page.body, '<input name="nama" value="Bu &lt;b&gt;Tuti" />')
  t.match(page.body, '<form method="post">')
  t.match(page.body, '<p>Dewi Anggraini</p>')
  t.notMatch(page.body, 'alert(1)')
  const script = /<script type="module" src="([^"]+)"/.exec(page.body)?.[1] ?? ''
  t.equal((await get(script)).statusCode, 200, script)
  const style = /<link rel="stylesheet" href="(\/p\/pesanan[^"]+)"/.exec(page.body)?.[1] ?? ''
  t.equal((await get(style)).statusCode, 200, style)
  const sent = await app.inject(
    as.agent({
      method: 'POST',
      url: '/p/pesanan/daftar',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'nama=Rina'
    })
  )
  t.same([sent.statusCode, sent.headers.location], [303, '/p/pesanan/daftar?nama=Rina'])
  t.match((await get('/p/pesanan/laba/11', 'admin')).body, '<p>Bulan 11</p>')
})

t.test('a page of a plugin is open to its role, and gone when the plugin is off', async t => {
  const { get, sapa } = await setup(t)
  const status = async (url: string, who: Parameters<typeof get>[1]) =>
    (await get(url, who)).statusCode

  t.same(
    [
      await status('/p/pesanan/daftar', null),
      await status('/p/pesanan/daftar', 'guest'),
      await status('/p/pesanan/laba/1', 'supervisor'),
      await status('/p/pesanan/laba/1', 'admin'),
      await status('/p/pesanan/lain', 'owner')
    ],
    [303, 403, 403, 200, 404]
  )
  t.equal(await status('/p/pesanan/pecah', 'agent'), 500, 'text is no page')
  const nav = async (who: Parameters<typeof get>[1]) =>
    [...(await get('/nav', who)).body.matchAll(/href="(\/p\/[^"]+)"/g)].map(match => match[1])
  t.same(await nav('agent'), ['/p/pesanan/daftar'])
  t.same(await nav('admin'), ['/p/pesanan/rahasia', '/p/pesanan/daftar'])
  t.same(await nav('guest'), [])
  await sapa.plugins.deactivate('pesanan')
  t.equal(await status('/p/pesanan/daftar', 'agent'), 404)
  t.same(await nav('admin'), [])
})

t.test('the number in the navigation comes later and delays nothing', async t => {
  const { get, sapa } = await setup(t)
  const told: string[] = []
  sapa.live.onEvent(event => told.push(event.topic))
  const shown = async () =>
    /href="\/p\/pesanan\/daftar"[\s\S]*?nav__count[^>]*>(\d+)</.exec((await get('/nav')).body)?.[1]

  t.equal(await shown(), undefined)
  await until(() => told.includes('nav.changed'))
  t.equal(await shown(), '3')
  t.equal(await shown(), '3', 'it is not asked again within half a minute')
})

t.test('a route answers cleaned markup where a page of Sapa takes it in', async t => {
  const { get } = await setup(t)
  const part = await get('/p/pesanan/bagian')
  t.same(
    [part.headers['content-type'], part.body],
    ['text/html; charset=utf-8', '<b>&lt;i&gt;</b><img alt="" />']
  )
  t.match((await get('/p/pesanan/teks')).headers['content-type'], 'text/plain')
  const htmx = await get('/p/pesanan/teks', 'agent', { 'hx-request': 'true' })
  t.equal(htmx.body, '<b>teks</b>')
  const content = await get('/p/pesanan/daftar', 'agent', { 'hx-request': 'true' })
  t.notMatch(content.body, '<html')
  t.match(content.body, 'Dewi Anggraini')
})

t.test('a page that makes no sense keeps its plugin from starting', async t => {
  const { sapa, dataDir } = await setupApp(t)
  const good = "title: { en: 'A', id: 'A' }, access: 'agent', handle: async () => sapa.html`x`"
  const wrong: [string, string, RegExp][] = [
    ['satu', `sapa.page({ ${good}, path: '/a', access: 'public' })`, /no access public/],
    ['dua', `sapa.page({ ${good}, path: 'a' })`, /must start with/],
    ['tiga', `sapa.page({ ${good}, path: '/a', script: '../x.js' })`, /no file of public/],
    ['empat', `sapa.page({ ${good}, path: '/a/:id', nav: { icon: 'x' } })`, /navigation/],
    ['lima', `for (const n of [1, 2]) sapa.page({ ${good}, path: '/a' })`, /already/]
  ]
  for (const [id, setupCode, reason] of wrong) {
    dropPlugin(dataDir, id, setupCode)
    const entry = await sapa.plugins.activate(id)
    t.equal(entry.state, 'broken', id)
    t.match(entry.reason, reason)
  }
})
