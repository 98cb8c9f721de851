import { parseDocument } from 'htmlparser2'
import t from 'tap'
import { sanitise } from '../../server/conversation/html/sanitise.ts'
import { remoteImages } from '../../server/inbox/frame.ts'
import { checkGrowth } from '../support/growth.ts'
import { attacks, trackers } from './attacks.ts'

const canary = 'jahat.example'

const allowedTags = new Set(
  (
    'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup ' +
    'dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd ' +
    'li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody td tfoot ' +
    'th thead time tr tt u ul var wbr'
  ).split(' ')
)

const allowedAttributes = new Set(
  (
    'style dir lang title href target rel src data-src alt width height align valign bgcolor border ' +
    'cellpadding cellspacing colspan rowspan nowrap span color size face start type value'
  ).split(' ')
)

t.test('no attack leaves anything that runs or loads', async t => {
  t.ok(attacks.length + trackers.length >= 80)
  for (const attack of [...attacks, ...trackers]) {
    const { html } = sanitise(attack)
    t.same(faults(html), [], attack)
    // A browser may read broken markup differently, but cleaning it twice must change nothing.
    t.equal(sanitise(alive(html)).html, html, attack)
  }
})

t.test('what tracks a reader loads nothing', async t => {
  for (const tracker of trackers) {
    const { html } = sanitise(tracker)
    const loads = nodesOf(html).flatMap(node => [
      node.attribs['src'] ?? '',
      node.attribs['style'] ?? ''
    ])
    t.notOk(
      loads.some(value => value.includes(canary)),
      tracker
    )
  }
})

t.test('remote pictures wait until they are asked for', async t => {
  const { html, hasRemoteImages } = sanitise(
    '<p>Promo</p><img alt="Logo" src="https://luar.example/logo.png?a=1&amp;b=2" width="80">'
  )

  t.equal(hasRemoteImages, true)
  t.match(html, '<img data-src="https://luar.example/logo.png?a=1&amp;b=2" alt="Logo" width="80"')
  t.same(remoteImages(html), ['https://luar.example/logo.png?a=1&b=2'])
})

t.test('nobody can write the waiting form themselves', async t => {
  const { html, hasRemoteImages } = sanitise(
    `<img data-src="https://${canary}/1"><p>&lt;img data-src="https://${canary}/2"</p>`
  )

  t.equal(hasRemoteImages, false)
  t.same(remoteImages(html), [])
})

t.test('inline pictures point to their attachments', async t => {
  const inline = new Map([['foto 1@toko', 'abc123']])

  t.equal(
    sanitise('<img src="cid:foto%201@toko">', inline).html,
    '<img src="/attachments/abc123" />'
  )
  t.equal(sanitise('<img src="cid:lain@toko" alt="x">', inline).html, '<img alt="x" />')
  t.equal(sanitise('<img src="cid:foto%201@toko">', inline).hasRemoteImages, false)
})

t.test('an ordinary mail keeps its look', async t => {
  const mail =
    '<table width="600" cellpadding="4"><tr><td bgcolor="#eeeeee" style="padding:8px 4px;color:#333">' +
    '<b>Faktur</b> <span style="font-weight:bold;text-align:center">lunas</span>' +
    '<ol start="2"><li>Satu</li></ol><blockquote>Kutipan</blockquote></td></tr></table>'

  const { html } = sanitise(mail)

  for (const piece of ['width="600"', 'bgcolor="#eeeeee"', 'padding:8px 4px', 'color:#333']) {
    t.ok(html.includes(piece), piece)
  }
  for (const piece of ['<b>Faktur</b>', 'font-weight:bold', '<ol start="2">', '<blockquote>']) {
    t.ok(html.includes(piece), piece)
  }
})

t.test('links are whole addresses and open elsewhere', async t => {
  const { html } = sanitise(
    '<a href="https://toko.example/faktur?id=1&amp;x=2" onclick="x()">Lihat</a>'
  )

  t.match(html, 'href="https://toko.example/faktur?id=1&amp;x=2"')
  t.match(html, 'rel="noopener noreferrer nofollow"')
  t.match(html, 'target="_blank"')
  t.equal(sanitise('<a href="/settings/agents">Klik</a>').html, '<a>Klik</a>')
  t.match(sanitise('<a href="mailto:halo@toko.example">Tulis</a>').html, 'mailto:halo@toko.example')
  t.notMatch(
    sanitise('<a href="https://bank.example@jahat.example/">Bank</a>').html,
    'bank.example@'
  )
})

t.test('hidden elements are gone with their words', async t => {
  for (const style of [
    'display:none',
    'DISPLAY : none !important',
    'visibility:hidden',
    'font-size:0',
    'font-size:0px',
    'max-height:0;overflow:hidden',
    'opacity:0',
    'mso-hide:all'
  ]) {
    t.equal(sanitise(`<p>Ada<span style="${style}">rahasia</span></p>`).html, '<p>Ada</p>', style)
  }
  t.equal(sanitise('<p>Ada<span hidden>rahasia</span></p>').html, '<p>Ada</p>')
})

t.test('hostile sizes end in time', async t => {
  const bombs: Record<string, (size: number) => string> = {
    'open divs': size => '<div>'.repeat(size / 5),
    'nested tables': size => '<table><tr><td>'.repeat(size / 15),
    attributes: size => `<p ${'a=b '.repeat(size / 4)}>x</p>`,
    styles: size => `<p style="${'color:red;'.repeat(size / 10)}">x</p>`,
    entities: size => '&amp;'.repeat(size / 5),
    'broken tags': size => '<'.repeat(size),
    comments: size => '<!--'.repeat(size / 4)
  }
  for (const [name, make] of Object.entries(bombs)) {
    t.test(name, async t => checkGrowth(t, 500_000, size => sanitise(make(size))))
  }
})

/** What must not be in harmless HTML, judged by a parser and not by the sanitiser's own list. */
function faults(html: string): string[] {
  return nodesOf(html).flatMap(node => {
    const found = allowedTags.has(node.name) ? [] : [`<${node.name}>`]
    for (const [name, value] of Object.entries(node.attribs)) {
      if (!allowedAttributes.has(name)) found.push(`${node.name} ${name}`)
      if (name === 'href' && !/^(?:https?:\/\/|mailto:|tel:)/.test(value)) found.push(value)
      if (
        name === 'src' &&
        !/^(?:\/attachments\/\w+$|data:image\/(?:png|jpe?g|gif|webp);base64,)/.test(value)
      ) {
        found.push(value)
      }
      if (name === 'style' && /url|expression|@|\\|position|behavio|var\(|image/i.test(value)) {
        found.push(value)
      }
    }
    return found
  })
}

/** With its remote pictures as they were sent. */
function alive(html: string): string {
  return html.replaceAll('<img data-src=', '<img src=')
}

interface Element {
  name: string
  attribs: Record<string, string>
}

function nodesOf(html: string): Element[] {
  const found: Element[] = []
  const visit = (nodes: readonly unknown[]) => {
    for (const node of nodes as {
      name?: string
      attribs?: Record<string, string>
      children?: unknown[]
    }[]) {
      if (node.name !== undefined) found.push({ name: node.name, attribs: node.attribs ?? {} })
      if (node.children) visit(node.children)
    }
  }
  visit(parseDocument(html).children)
  return found
}
