// Bundles public/ into dist/public/ with content hashes, compressed copies and a manifest.
// node bin/build-assets.js [folder]; without one, the widget of web chat too.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const from = join(root, 'public')
const to = process.argv[2] ?? join(root, 'dist', 'public')
const work = `${to}.${process.pid}`
const compressible = /\.(css|js|svg|json|txt|html|webmanifest)$/
const manifest = {}

const bundles = await build({
  entryPoints: {
    app: join(from, 'js/app.js'),
    'app.style': join(from, 'css/app.css'),
    'office.style': join(from, 'css/office.css')
  },
  entryNames: '[name]',
  outdir: work,
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
  supported: { nesting: true },
  legalComments: 'none'
})

mkdirSync(work, { recursive: true })
for (const file of bundles.outputFiles) {
  emit(basename(file.path).replace('.style', ''), Buffer.from(file.contents))
}
for (const path of otherFiles(from)) emit(path, readFileSync(join(from, path)))
writeFileSync(join(work, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')

// A running server keeps reading the old folder until the new one is complete.
rmSync(to, { recursive: true, force: true })
renameSync(work, to)
if (!process.argv[2]) await import('./build-widget.js')

function emit(path, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10)
  const dot = path.lastIndexOf('.')
  const name = `${path.slice(0, dot)}-${hash}${path.slice(dot)}`
  manifest[path] = name
  mkdirSync(dirname(join(work, name)), { recursive: true })
  writeFileSync(join(work, name), bytes)
  if (!compressible.test(name)) return
  writeFileSync(join(work, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  writeFileSync(join(work, `${name}.br`), brotli(bytes))
}

function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
}

function otherFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(path => !/^(css|js)\//.test(path) && !/(^|\/)\./.test(path))
    .toSorted()
}
