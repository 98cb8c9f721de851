// A fresh install carries tap's default plugins; the first run would still use them. Build once.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const built = 'node_modules/@tapjs/test/test-built/dist/esm/index.js'
if (existsSync(built) && readFileSync(built, 'utf8').includes('@tapjs/typescript')) {
  execFileSync('npx', ['tap', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
}
