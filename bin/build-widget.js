// Bundles what web chat puts into other people's pages: dist/plugins/webchat/browser/, with its sizes.
// node bin/build-widget.js [--check]
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const from = join(root, 'plugins/webchat/widget')
const to = join(root, 'dist/plugins/webchat/browser')
const work = `${to}.${process.pid}`
const options = {
  ...{ bundle: true, minify: true, write: false, legalComments: 'none', outdir: work },
  target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
  supported: { nesting: true },
  tsconfigRaw: { compilerOptions: { alwaysStrict: false } }
}

const loader = await build({
  ...{ ...options, format: 'iife', entryPoints: [join(from, 'loader/main.ts')] },
  entryNames: 'widget'
})
const panel = await build({
  ...{ ...options, format: 'esm', splitting: true, metafile: true },
  entryPoints: {
    panel: join(from, 'panel/main.ts'),
    look: join(from, 'panel/panel.css'),
    more: join(from, 'panel/later.css'),
    shop: join(from, 'try/shop.css')
  },
  ...{ entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]' }
})

const files = new Map(
  [...loader.outputFiles, ...panel.outputFiles].map(({ path, contents }) => [
    basename(path),
    Buffer.from(contents)
  ])
)
const outputs = Object.entries(panel.metafile.outputs).map(([path, facts]) => ({
  name: basename(path),
  ...facts
}))
const script = outputs.find(({ entryPoint }) => entryPoint?.endsWith('panel/main.ts'))
const madeOf = source => outputs.find(({ entryPoint }) => entryPoint?.endsWith(source)).name
const manifest = {
  loader: { name: 'widget.js', hash: hashOf(files.get('widget.js')) },
  script: script.name,
  style: madeOf('panel/panel.css'),
  laterStyle: madeOf('panel/later.css'),
  shopStyle: madeOf('try/shop.css'),
  // What the script needs at once; the rest comes with the first message.
  preload: script.imports
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => basename(path))
}

mkdirSync(work, { recursive: true })
for (const [name, bytes] of files) {
  writeFileSync(join(work, name), bytes)
  writeFileSync(join(work, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  writeFileSync(join(work, `${name}.br`), brotliCompressSync(bytes))
}
writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
rmSync(to, { recursive: true, force: true })
renameSync(work, to)
if (process.argv.includes('--check')) checkSizes()

/** Bytes as gzip sends them; the page itself is measured with the longer language. */
function checkSizes() {
  const size = name => gzipSync(files.get(name), { level: 9 }).length
  const page = gzipSync(pageLike('id')).length
  const shown = [manifest.script, manifest.style, ...manifest.preload]
  const sizes = {
    loader: size('widget.js'),
    panel: shown.reduce((sum, name) => sum + size(name), page)
  }
  const limits = { loader: 4096, 'loader and panel': 16_384 }
  const found = { loader: sizes.loader, 'loader and panel': sizes.loader + sizes.panel }
  for (const [name, limit] of Object.entries(limits)) {
    console.log(`${name}: ${found[name]} of ${limit} bytes gzip`)
    if (found[name] > limit) process.exitCode = 1
  }
}

/** As much as plugins/webchat/panel/page.ts sends. */
function pageLike(locale) {
  const words = JSON.parse(
    readFileSync(join(root, `plugins/webchat/locales/${locale}.json`), 'utf8')
  )
  const own = Object.entries(words).flatMap(([key, text]) =>
    key.startsWith('panel.') ? [[key.slice('panel.'.length), text]] : []
  )
  const names = [manifest.style, manifest.script, manifest.laterStyle, ...manifest.preload]
  const head = names.map(name => `<link rel="modulepreload" href="../assets/${name}">`).join('\n')
  return `<!doctype html><html lang="id"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>Chat</title>${head}<script type="application/json">
${JSON.stringify({ key: 'pub_0123456789abcdef', locale, words: Object.fromEntries(own) })}</script>`
}

function hashOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}
