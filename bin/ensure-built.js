// Builds only when dist/ is missing or older than a source, so that `npm start` just works.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const folders = ['server', 'plugins', 'migrations', 'test', 'public']
const files = [
  ...['tsconfig.json', 'package.json', 'bin/build-assets.js', 'bin/build-widget.js'],
  'bin/build-plugin-types.js'
]
const stamp = join(root, 'dist/public/manifest.json')

if (!isFresh()) {
  console.log('Building Sapa (once, some seconds) …')
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' })
}

function isFresh() {
  if (!existsSync(stamp) || !existsSync(join(root, 'dist/server/main.js'))) return false
  const built = statSync(stamp).mtimeMs
  // A release ships dist/ without sources.
  if (!existsSync(join(root, 'server'))) return true
  return (
    files.every(file => modified(file) <= built) && folders.every(folder => newest(folder) <= built)
  )
}

function newest(folder) {
  if (!existsSync(join(root, folder))) return 0
  return Math.max(
    0,
    ...readdirSync(join(root, folder), { recursive: true }).map(path =>
      modified(join(folder, path))
    )
  )
}

function modified(path) {
  const full = join(root, path)
  return existsSync(full) ? statSync(full).mtimeMs : 0
}
