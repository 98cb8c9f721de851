import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { temporaryFolder } from '../support/temporary.ts'

/** The channel of the tests as a folder of its own, with a fault. */
export function copyWarung(t: Test, fault = ''): string {
  const folder = join(temporaryFolder(t), 'warung')
  const source = join(process.cwd(), 'test/plugin-kit/warung')
  cpSync(source, folder, { recursive: true, filter: path => !path.endsWith('.ts') })
  const compiled = join(process.cwd(), 'dist/test/plugin-kit/warung')
  for (const name of readdirSync(compiled).filter(one => one.endsWith('.js'))) {
    cpSync(join(compiled, name), join(folder, name))
  }
  writeFileSync(join(folder, 'fault.js'), `export const fault = ${JSON.stringify(fault)}\n`)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  return folder
}
