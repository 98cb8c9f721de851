// Writes dist/plugin-api.d.ts: the types that a plugin needs, in one file.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pluginTypes } from '../dist/server/cli/plugin-types.js'

writeFileSync(join(import.meta.dirname, '../dist/plugin-api.d.ts'), pluginTypes())
