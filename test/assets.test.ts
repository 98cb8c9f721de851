import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from 'tap'
import { atExit } from './support/at-exit.ts'

const output = join(mkdtempSync(join(tmpdir(), 'sapa-assets-')), 'public')
execFileSync('node', ['bin/build-assets.js', output])
atExit(() => rmSync(join(output, '..'), { recursive: true, force: true }))

const manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as Record<
  string,
  string
>
const built = (name: string) => join(output, manifest[name] ?? `missing ${name}`)
const gzipped = (name: string) => statSync(`${built(name)}.gz`).size

t.test('every asset carries the hash of its content and has equal compressed copies', async t => {
  t.same(Object.keys(manifest).toSorted(), [
    ...['app.css', 'app.js', 'favicon.svg', 'icons.svg'],
    'office.css'
  ])
  for (const [name, file] of Object.entries(manifest)) {
    t.match(file, /-[0-9a-f]{10}\.\w+$/, name)
    const bytes = readFileSync(join(output, file))
    t.ok(gunzipSync(readFileSync(join(output, `${file}.gz`))).equals(bytes), `${name}.gz`)
    t.ok(brotliDecompressSync(readFileSync(join(output, `${file}.br`))).equals(bytes), `${name}.br`)
  }
})

t.test("the agent's first load stays within its budget", async t => {
  t.ok(gzipped('app.js') <= 26 * 1024, `scripts: ${gzipped('app.js')} bytes`)
  t.ok(gzipped('app.css') <= 15 * 1024, `styles: ${gzipped('app.css')} bytes`)
  t.ok(gzipped('icons.svg') <= 8 * 1024, `icons: ${gzipped('icons.svg')} bytes`)
})

t.test('style sheets keep to layers, tokens and logical properties', async t => {
  const physical = /(?:^|[\s;{])(?:margin|padding|border)-(?:left|right|top|bottom)\s*:|!important/
  for (const name of readdirSync('public/css')) {
    const css = readFileSync(join('public/css', name), 'utf8')
    t.ok(css.split('\n').length <= 251, `${name} is short`)
    t.match(css, /@layer (reset|tokens|base|components|utilities)/, `${name} sits in a layer`)
    t.notMatch(css, physical, `${name} has logical properties only`)
    if (!name.startsWith('tokens')) {
      t.notMatch(
        css.replaceAll(/#(?:fff|000|55626e|a9b6c2)\b/gi, ''),
        /#[0-9a-f]{3,8}\b/i,
        `${name} takes colours from tokens`
      )
    }
  }
})

t.test('every icon that a view names is in the sprite', async t => {
  const ids = new Set(
    [...readFileSync('public/icons.svg', 'utf8').matchAll(/id="([\w-]+)"/g)].map(found => found[1])
  )
  for (const view of views('views')) {
    const source = readFileSync(view, 'utf8')
    for (const [, name] of source.matchAll(/shared\/_icon'[^}]*?name: '([\w-]+)'/g)) {
      t.ok(ids.has(name), `${name} in ${view}`)
    }
  }
})

t.test('views carry no inline script, style or handler, which the CSP would refuse', async t => {
  for (const view of views('views')) {
    const source = readFileSync(view, 'utf8')
    t.notMatch(source, /<style|\sstyle=|\son\w+=|hx-on|js:|<script(?![^>]*\ssrc=)/, view)
  }
})

function views(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.eta'))
    .map(name => join(folder, name))
}
