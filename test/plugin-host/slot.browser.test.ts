import t, { type Test } from 'tap'
import { inboxWorld } from '../inbox/world.ts'
import { attacks, trackers } from '../conversation/attacks.ts'
import { becomes } from '../support/becomes.ts'
import { axe, noOverflow, openBrowser, shot } from '../support/browser.ts'
import { fileMs } from '../support/patience.ts'
import { dropPlugin } from '../support/plugin.ts'
import { needs } from '../support/require.ts'
import { until } from '../support/until.ts'

t.setTimeout(fileMs)

const orders = `
  sapa.slot('customer.sidebar', { id: 'daftar', title: { en: 'Orders', id: 'Pesanan' }, minHeight: 120,
    render: () => sapa.html\`<ul class="orders"><li><span class="orders__main"><b>Mesin cuci Nusa F9</b><small>INV-22871 · 12 Nov</small></span><span class="orders__side">4.899.000</span></li></ul>\` })`

async function open(t: Test, plugins: Record<string, string>) {
  const world = await inboxWorld(t)
  const id = await world.mail()
  const add = async (name: string, code: string) => {
    dropPlugin(world.dataDir, name, code, {
      manifest: { title: { en: 'Pesanan Toko', id: 'Pesanan Toko' } }
    })
    const { state, reason } = await world.sapa.plugins.activate(name)
    t.equal(state, 'active', reason ?? name)
  }
  for (const [name, code] of Object.entries(plugins)) await add(name, code)
  const browser = await openBrowser(t)
  await world.enter(browser.context, 'agent')
  await browser.page.goto(`${world.url}/conversations/${id}`)
  const { customer_id: customer } = await world.db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { ...browser, world, id, add, customer }
}

t.test('a card comes and goes with its plugin on an open page, and typed text stays', async t => {
  if (!needs(t, 'chromium')) return
  const { page, world, add, problems, id } = await open(t, { pesanan: orders })
  await page.getByText('Mesin cuci Nusa F9').waitFor()
  await shot(page, 'slot-1440-light')
  t.strictSame(await axe(page), [])

  await page.fill('.composer__text', 'Baik Bu, kami cek dulu.')
  await world.sapa.plugins.deactivate('pesanan')
  await page.getByText('Mesin cuci Nusa F9').waitFor({ state: 'detached' })
  await add('lain', orders.replaceAll('Mesin cuci', 'Oven'))
  await page.getByText('Oven Nusa F9').waitFor()

  await world.again(id, 'Halo?')
  await page.waitForSelector('.timeline >> text=Halo?')
  // A message leaves the card alone.
  await page.getByText('Oven Nusa F9').waitFor()
  t.equal(await page.inputValue('.composer__text'), 'Baik Bu, kami cek dulu.')
  t.strictSame(problems, [])
})

t.test('buttons among the composer’s tools put text at the cursor', async t => {
  if (!needs(t, 'chromium')) return
  const slot = (name: string, more: string, html: string) =>
    `sapa.slot('${name}', { id: 'alat', title: { en: 'Tools', id: 'Alat' }, ${more} render: ${html} })`
  const chips = (text: string) =>
    `({ rows }) => Object.fromEntries(rows.map(row => [row.conversation, sapa.html\`<span class="chip chip--info">${text}</span>\`]))`
  const { page, problems, world } = await open(t, {
    alat: [
      slot(
        'composer.toolbar',
        '',
        '() => sapa.html`<button class="button button--small button--ghost" data-insert="resi JNE-0912">Resi</button>`'
      ),
      slot(
        'conversation.actions',
        '',
        '() => sapa.html`<a class="button" href="https://toko.example/a">Toko</a>`'
      ),
      slot(
        'customer.header',
        "mode: 'lazy',",
        '() => sapa.html`<span class="chip chip--ok">Poin 120</span>`'
      ),
      slot('inbox.row.meta', '', chips('garansi')),
      slot('inbox.row.meta', "mode: 'lazy',", chips('dp lunas')).replace("'alat'", "'lain'"),
      orders
    ].join('\n')
  })

  await page.fill('.composer__text', 'Kirim  ya Bu')
  await page.press('.composer__text', 'Home')
  for (let n = 0; n < 6; n++) await page.press('.composer__text', 'ArrowRight')
  await page.getByRole('button', { name: 'Resi' }).focus()
  await page.keyboard.press('Enter')
  await becomes(t, () => page.inputValue('.composer__text'), 'Kirim resi JNE-0912 ya Bu')
  await page.keyboard.press('Control+z')
  await becomes(t, () => page.inputValue('.composer__text'), 'Kirim  ya Bu')

  await page.locator('.row').getByText('garansi').waitFor()
  await page.locator('.row').getByText('dp lunas').waitFor()
  await page.getByText('Poin 120').waitFor()
  await page.getByText('Mesin cuci Nusa F9').waitFor()
  await shot(page, 'slots-1440-light')
  t.strictSame(await axe(page), [])
  await world.sapa.plugins.deactivate('alat')
  await page.getByRole('button', { name: 'Resi' }).waitFor({ state: 'detached' })
  await page.locator('.row').getByText('dp lunas').waitFor({ state: 'detached' })
  await page.getByText('Poin 120').waitFor({ state: 'detached' })
  t.equal(await page.inputValue('.composer__text'), 'Kirim  ya Bu')
  t.strictSame(problems, [])
})

t.test('markup that attacks stays harmless in every place', async t => {
  if (!needs(t, 'chromium')) return
  const world = await inboxWorld(t)
  const id = await world.mail()
  const list = JSON.stringify([...attacks, ...trackers, ...requests])
  const place = (name: string, more = '') =>
    `sapa.slot('${name}', { id: 'jahat', title: { en: 'A', id: 'A' }, ${more} render: () => all('${name}') })`
  dropPlugin(
    world.dataDir,
    'jahat',
    `const raw = text => sapa.html(Object.assign([text], { raw: [text] }))
     const all = name => sapa.html\`\${${list}.map(text => sapa.html\`<div class="plugin-jahat">\${raw(text)}</div>\`)}<b>akhir \${name}</b>\`
     ${place('customer.sidebar')}
     ${place('customer.header')}
     ${place('conversation.actions')}
     ${place('composer.toolbar')}
     sapa.slot('inbox.row.meta', { id: 'jahat', title: { en: 'A', id: 'A' }, render: ({ rows }) =>
       Object.fromEntries(rows.map(row => [row.conversation, all('inbox')])) })
     sapa.page({ path: '/semua', title: { en: 'A', id: 'A' }, access: 'agent', handle: async () => all('page') })`
  )
  t.equal((await world.sapa.plugins.activate('jahat')).state, 'active')
  const { page, context, problems } = await openBrowser(t)
  await world.enter(context, 'agent')
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  page.on('dialog', dialog => {
    problems.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })

  for (const path of [`/conversations/${id}`, '/p/jahat/semua']) {
    await page.goto(world.url + path)
    if (path.startsWith('/conversations')) await page.getByText('akhir customer.sidebar').waitFor()
    const found = await page.evaluate<string[]>(harm)
    t.same(found, [], path)
  }
  await page.goto(`${world.url}/conversations/${id}`)
  await page.fill('.composer__text', 'Baik Bu')
  await page.press('.composer__text', 'Control+Enter')
  await page.waitForSelector('.mail--out')
  t.same(
    asked.filter(url => url.includes('jahat.example') || url.includes('/closure')),
    []
  )
  t.same(
    problems.filter(problem => !problem.includes('404')),
    []
  )
})

/** Requests to what is not the plugin's own, and elements that would act on Sapa's. */
const requests = [
  `<button hx-put="/conversations/1/closure" hx-trigger="load">a</button>`,
  `<div hx-get="/p/lain/x" hx-trigger="load">a</div>`,
  `<div hx-get="/p/jahat/../../conversations/1/pane" hx-trigger="load" hx-target="body">a</div>`,
  `<div hx-get="/p/jahat/%2e%2e/%2e%2e/inbox/all" hx-trigger="load">a</div>`,
  `<div hx-post="//jahat.example/x" hx-trigger="load">a</div>`,
  `<div hx-get="https://jahat.example/x" hx-trigger="load">a</div>`,
  `<div hx-get="\\\\jahat.example" hx-trigger="load">a</div>`,
  `<div hx-on:click="alert(1)" hx-on::load="alert(1)">a</div>`,
  `<div hx-get="/p/jahat/x" hx-trigger="load[alert(1)]" hx-vals="js:{a:alert(1)}">a</div>`,
  `<div data-hx-get="/inbox/all" data-hx-trigger="load">a</div>`,
  `<div data-behavior="sign-out close-next live" data-live-url="/x">a</div>`,
  `<hx-partial hx-target="#main" hx-swap="innerHTML"><p>diganti</p></hx-partial>`,
  `<div hx-swap-oob="true" id="main">diganti</div>`,
  `<div id="composer-1" hx-preserve>a</div>`,
  `<input name="text" value="palsu" form="composer-1">`,
  `<button form="composer-1" formaction="/sign-out">a</button>`,
  `<form id="composer-1" action="/conversations/1/messages" method="post"><textarea name="text">x</textarea></form>`,
  `</div></div></section></aside></main><p id="lolos">lolos</p>`,
  `<a class="row__link" data-row href="/conversations/1">x</a>`
]

/** Everything in the page that should not be there. */
const harm = `(() => {
  const wrong = []
  const own = [...document.querySelectorAll('.slot__body .plugin-jahat, .slot__body .plugin-jahat *')]
  for (const element of own) {
    const name = element.localName
    if (/^(script|style|iframe|object|embed|link|meta|base|svg|math|template|video|audio)$/.test(name)) wrong.push(name)
    for (const { name: attribute, value } of element.attributes) {
      // A form of the plugin itself may be named: its ids have a prefix.
      if (attribute === 'form' && !value.startsWith('p-jahat-')) wrong.push(name + ' form')
      if (/^on|^style$|^formaction$|^srcdoc$|^ping$|^srcset$|^data-hx|^hx-on|^hx-swap-oob|^hx-preserve/.test(attribute)) wrong.push(name + ' ' + attribute)
      if (/^hx-(get|post|put|delete)$|^action$/.test(attribute) && !value.startsWith('/p/jahat/')) wrong.push(name + ' ' + attribute + '=' + value)
      if (attribute === 'hx-target' && value !== 'closest .slot__body') wrong.push('target ' + value)
      if (attribute === 'data-behavior') wrong.push('behaviour ' + value)
      if (/^(href|src)$/.test(attribute) && /^(?!\\/|https:|mailto:|tel:|#|data:image\\/(png|gif|jpeg|webp))/.test(value)) wrong.push(attribute + ' ' + value)
    }
  }
  if (document.getElementById('lolos')) wrong.push('an id of its own')
  const escaped = [...document.querySelectorAll('p')].find(p => p.textContent === 'lolos' && !p.closest('.slot__body'))
  if (escaped) wrong.push('out of its frame')
  if (document.querySelectorAll('#main').length !== 1) wrong.push('another main')
  if (document.querySelectorAll('form.composer .slots input, form.composer .slots textarea').length) wrong.push('fields in the composer')
  const inRow = '.row__link :is(a, button, img, form, input, script, [style], [hx-get], [hx-put], [hx-post], [onclick], [data-behavior]:not(.writing))'
  if (document.querySelector(inRow)) wrong.push('more than a chip within a row')
  return wrong
})()`

t.test('slow, broken and silent slots leave the page to its reader', async t => {
  if (!needs(t, 'chromium')) return
  const card = (id: string, render: string) =>
    `sapa.slot('customer.sidebar', { id: '${id}', title: { en: 'Card ${id}', id: 'Kartu ${id}' }, render: ${render} })`
  const { page, context, world, problems, id } = await open(t, {
    hantu: [
      card('lempar', '() => { throw new Error("rahasia") }'),
      card('bisu', '() => new Promise(() => {})'),
      card('lama', '() => new Promise(done => setTimeout(done, 10_000, null).unref())'),
      card('besar', '() => sapa.html`${"x".repeat(400_000)}`'),
      card('bentuk', '() => ({ html: "<b>x</b>" })'),
      card('kosong', '() => null')
    ].join('\n'),
    pesanan: orders
  })

  await page.getByText('Mesin cuci Nusa F9').waitFor()
  t.ok(await page.getByText('Mohon dijadwalkan Sabtu pagi.').first().isVisible())
  await until(() =>
    page
      .locator('.slot__failure')
      .count()
      .then(count => count === 5)
  )
  await page.getByText('Card kosong').waitFor({ state: 'hidden' })
  t.equal(await page.getByText('rahasia').count(), 0)
  t.equal(await page.locator('a[href="/plugins/hantu/log"]').count(), 0)
  t.strictSame(await axe(page), [])
  await shot(page, 'slot-broken-1440-light')

  await world.enter(context, 'admin')
  await page.goto(`${world.url}/conversations/${id}`)
  await page.locator('a.chip--danger[href="/plugins/hantu/log"]').first().waitFor()
  await page.getByRole('button', { name: 'Try again' }).first().focus()
  await page.keyboard.press('Enter')
  t.strictSame(await axe(page), [])
  t.strictSame(problems, [])
})

t.test('cards and pages hold at all widths, light and dark', async t => {
  if (!needs(t, 'chromium')) return
  const figures =
    '<dl class="figures"><div><dt>Omzet</dt><dd>12.450.000 <small>Rp</small></dd></div><div><dt>Pesanan</dt><dd>38</dd></div></dl>'
  const { page, context, world, problems, id, customer } = await open(t, {
    pesanan: `${orders}
      sapa.slot('customer.header', { id: 'poin', title: { en: 'Points', id: 'Poin' }, render: () => sapa.html\`<span class="chip chip--ok">Poin 120</span>\` })
      sapa.slot('dashboard.cards', { id: 'hari', title: { en: 'Sales', id: 'Penjualan' }, render: () => sapa.html\`${figures}\` })
      sapa.slot('report.cards', { id: 'rentang', title: { en: 'Sales by day', id: 'Penjualan per hari' }, render: () => sapa.html\`<table class="table"><thead><tr><th scope="col">Hari</th><th scope="col" class="table__number">Rp</th></tr></thead><tbody><tr><td>Jum</td><td class="table__number">1.200.000</td></tr></tbody></table>\` })
      sapa.page({ path: '/semua', title: { en: 'All orders', id: 'Semua pesanan' }, access: 'agent', nav: { icon: 'shopping-cart', badge: async () => 4 },
        handle: async () => sapa.html\`<section class="card card--padded"><h2>Terbaru</h2><form class="form" method="post"><label class="field__label" for="cari">Cari</label><input class="input" id="cari" name="cari"><button class="button button--primary">Cari</button></form></section>\` })`
  })
  await world.enter(context, 'supervisor')
  for (const scheme of ['light', 'dark'] as const) {
    for (const [width, height] of [
      [1440, 900],
      [390, 844]
    ] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width, height })
      for (const [path, name] of [
        [`/conversations/${id}/customer`, 'pane'],
        [`/customers/${customer}`, 'person'],
        ['/reports', 'reports'],
        ['/p/pesanan/semua', 'page']
      ] as const) {
        await page.goto(world.url + path)
        await until(() =>
          page
            .locator('.slot__waiting')
            .count()
            .then(count => count === 0)
        )
        const what = `slot-${name}-${width}-${scheme}`
        await shot(page, what)
        t.strictSame(await axe(page), [], `${what}: accessible`)
        t.strictSame(await noOverflow(page), [], `${what}: no sideways scroll`)
      }
    }
  }
  await world.sapa.plugins.deactivate('pesanan')
  await page.goto(`${world.url}/reports`)
  await page.getByText('No report cards yet').waitFor()
  t.strictSame(await axe(page), [])
  await shot(page, 'slot-reports-empty-390-dark')
  t.strictSame(problems, [])
})
