#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { join } from 'node:path'

if (!existsSync(join(import.meta.dirname, '../dist/server/cli/main.js')))
  await import('./ensure-built.js')
await import('../dist/server/cli/main.js')
