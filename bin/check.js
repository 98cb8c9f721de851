// The gate before tests: `npm run check`. One line a step; a failing step shows why.
import { spawnSync } from 'node:child_process'

const steps = [
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['widget types', 'tsc', '-p', 'plugins/webchat/widget/tsconfig.json'],
  ['widget size', 'node', 'bin/build-widget.js', '--check'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['format', 'oxfmt', '--check'],
  ['unused', 'node', 'bin/unused.js'],
  ['tap', 'node', 'bin/ensure-tap.js'],
  ['architecture', 'tap', 'run', 'dist/test/architecture.test.js', 'dist/test/rules.test.js']
]

process.env.PATH = `node_modules/.bin:${process.env.PATH}`

for (const [name, program, ...options] of steps) {
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(program, options, { encoding: 'utf8' })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(13)} ${seconds.padStart(5)} s`)
  if (status === 0) continue
  console.log(`${stdout ?? ''}${stderr ?? ''}`.trimEnd())
  process.exitCode = 1
}
