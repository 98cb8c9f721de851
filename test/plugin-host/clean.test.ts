import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../../server/paths.ts'
import type { Place } from '../../server/plugin-host/slot/allowed.ts'
import { cleaned } from '../../server/plugin-host/slot/clean.ts'

const body = 'hx-target="closest .slot__body" hx-swap="innerHTML"'

/** What goes in, what comes out, and where it will stand. */
const cases: [string, string, Place?][] = [
  ['<a href="/conversations/7">7</a>', '<a href="/conversations/7">7</a>'],
  ['<a href="/p/toko/a?b=1#c">a</a>', '<a href="/p/toko/a?b=1#c">a</a>'],
  ['<a href="/p/lain/a">a</a>', '<a>a</a>'],
  ['<a href="/p/toko/../lain/a">a</a>', '<a>a</a>'],
  ['<a href="/sign-out">a</a>', '<a>a</a>'],
  ['<a href="/api/v1/me">a</a>', '<a>a</a>'],
  ['<a href="http://toko.example">a</a>', '<a>a</a>'],
  [
    '<a href="https://u:p@toko.example/x" target="_top">a</a>',
    '<a href="https://toko.example/x" target="_blank" rel="noopener noreferrer">a</a>'
  ],
  [
    '<a href="tel:+6281">a</a><a href="mailto:a@b.example">b</a>',
    '<a href="tel:+6281">a</a><a href="mailto:a@b.example">b</a>'
  ],
  ['<img src="/p/toko/assets/1/a.png" onerror="x">', '<img src="/p/toko/assets/1/a.png" alt="" />'],
  ['<img src="https://cdn.example/a.png" alt="a">', '<img alt="a" />'],
  [
    '<p class="chip chip--ok shell plugin-toko__x plugin-tokoh">a</p>',
    '<p class="chip chip--ok plugin-toko__x">a</p>'
  ],
  [
    '<p id="a" style="color:red">a</p><label for="a">b</label>',
    '<p id="p-toko-a">a</p><label for="p-toko-a">b</label>'
  ],
  [
    '<button hx-get="/p/toko/a">a</button>',
    `<button hx-get="/p/toko/a" ${body} type="submit">a</button>`
  ],
  ['<button type="button" hx-get="/inbox/all">a</button>', '<button type="button">a</button>'],
  [
    '<div hx-get="/p/toko/a" hx-target="#b" hx-swap="outerHTML">a</div>',
    '<div hx-get="/p/toko/a" hx-target="#p-toko-b" hx-swap="outerHTML">a</div>'
  ],
  [
    '<div hx-get="/p/toko/a" hx-target="closest main" hx-swap="outerHTML">a</div>',
    `<div hx-get="/p/toko/a" ${body}>a</div>`
  ],
  [
    '<div hx-get="/p/toko/a" hx-trigger="every 30s, load delay:1s">a</div>',
    `<div hx-get="/p/toko/a" ${body} hx-trigger="every 30s, load delay:1s">a</div>`
  ],
  [
    '<div hx-get="/p/toko/a" hx-trigger="every 1s">a</div>',
    `<div hx-get="/p/toko/a" ${body}>a</div>`
  ],
  [
    `<div hx-get="/p/toko/a" hx-vals='{"n":1}'>a</div>`,
    `<div hx-get="/p/toko/a" ${body} hx-vals="{&quot;n&quot;:1}">a</div>`
  ],
  [
    '<div hx-get="/p/toko/a" hx-vals="js:{n:alert(1)}">a</div>',
    `<div hx-get="/p/toko/a" ${body}>a</div>`
  ],
  [
    '<button type="button" data-insert="Halo" data-behavior="sign-out">a</button>',
    '<button type="button" data-insert="Halo" data-behavior="insert">a</button>'
  ],
  [
    '<button type="button" hx-delete="/p/toko/a" data-confirm="Hapus?">a</button>',
    `<button type="button" hx-delete="/p/toko/a" ${body} data-confirm="Hapus?" data-behavior="confirm">a</button>`
  ],
  ['<form method="post"><input name="a" form="b"></form>', '<form><input name="a" /></form>'],
  [
    '<form method="post"><input name="a"></form>',
    '<form method="post"><input name="a" /></form>',
    'page'
  ],
  [
    '<form method="post" action="/p/toko/a"></form>',
    '<form action="/p/toko/a" method="post"></form>'
  ],
  ['<input type="password" name="a"><input type="file" name="b">', ''],
  [
    '<div><button>a</button><input name="a"><textarea>b</textarea></div>',
    '<button type="button">a</button>',
    'line'
  ],
  [
    '<a class="button" href="/inbox">a</a><button class="vip">b</button>',
    '<a class="menu__item" href="/inbox" role="menuitem">a</a><button class="menu__item" type="button" role="menuitem">b</button>',
    'menu'
  ],
  [
    '<div id="d" role="tablist" data-side="kiri" data-behavior="x" data-live-url="/x" tabindex="5"><button type="button" role="tab" aria-selected="true" aria-controls="d">a</button></div>',
    '<div data-side="kiri" role="tablist" id="p-toko-d"><button type="button" aria-selected="true" role="tab" aria-controls="p-toko-d">a</button></div>',
    'page'
  ],
  [
    '<fieldset><legend>Warna</legend><input type="color" name="a" form="f" value="#ff0000"><input type="range" name="b" min="1" max="9"><output for="b">1</output></fieldset>',
    '<fieldset><legend>Warna</legend><input type="color" name="a" value="#ff0000" form="p-toko-f" /><input type="range" name="b" min="1" max="9" /><output for="p-toko-b">1</output></fieldset>',
    'page'
  ],
  [
    '<iframe src="/obrol/k1/panel?a=1" title="Panel" srcdoc="<p>x</p>" onload="x" sandbox="allow-scripts"></iframe><iframe src="/settings"></iframe><iframe src="https://toko.example/obrol/"></iframe><iframe src="/obrol/../settings"></iframe><iframe></iframe>',
    '<iframe title="Panel" sandbox="allow-scripts" src="/obrol/k1/panel?a=1"></iframe>',
    'page'
  ],
  ['<iframe src="/obrol/k1/panel">a</iframe>', ''],
  [
    '<a href="/obrol/k1/coba" target="_blank">a</a><a href="/obrolan" target="_top">b</a>',
    '<a target="_blank" href="/obrol/k1/coba" rel="noopener noreferrer">a</a><a>b</a>',
    'page'
  ],
  ['<a href="/inbox"><b id="x" hx-get="/p/toko/a">a</b></a>', '<b>a</b>', 'chip'],
  ['<h1>a</h1><font>b</font><style>p{}</style><script>x</script><svg><p>x</p></svg>', 'ab']
]

t.test('markup of plugins keeps what is allowed', async t => {
  for (const [dirty, expected, place = 'card'] of cases) {
    t.equal(cleaned(dirty, 'toko', place, ['/obrol/']), expected, dirty)
  }
})

t.test('too much and too deep is refused, not cut', async t => {
  t.throws(() => cleaned('x'.repeat(262_145), 'toko', 'card'), /at most 262144/)
  t.throws(() => cleaned('<div>'.repeat(201), 'toko', 'card'), /deeper than 200/)
  t.equal(cleaned('<br>'.repeat(300), 'toko', 'card').length, 300 * '<br />'.length)
})

t.test('what htmx and our scripts look for is never a plugin\u2019s to write', async t => {
  const folder = join(root, 'public/js')
  const code = readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8'))
  const inMarkup = code.flatMap(text =>
    [...text.matchAll(/\bdata-[a-z][a-z-]*[a-z]/g)].map(([name]) => name)
  )
  const inScript = code.flatMap(text =>
    [...text.matchAll(/\bdataset\.([a-zA-Z]+)/g)].map(
      ([, name = '']) => `data-${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
    )
  )
  const offered = new Set(['data-insert', 'data-label', 'data-confirm', 'data-confirm-verb'])
  const names = new Set([...inMarkup, ...inScript, 'data-hx-get', 'data-hx-trigger'])
  t.ok(names.size > 40, `${names.size} names`)
  for (const name of names) {
    if (offered.has(name)) continue
    t.notMatch(cleaned(`<p ${name}="/inbox">a</p>`, 'alat', 'page'), name, name)
  }
  t.match(cleaned('<p data-tab="warna">a</p>', 'alat', 'page'), 'data-tab="warna"')
})
