import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { makeFolder, removeFolder } from '../support/temporary.ts'

/** The channel of the tests as a folder of its own, with a fault and a version. */
export function copyWarung(t: Pick<Test, 'teardown'>, fault = '', version = '1.0.0'): string {
  const folder = join(makeFolder(), 'warung')
  t.teardown(() => removeFolder(dirname(folder)))
  const source = join(process.cwd(), 'test/plugin-kit/warung')
  cpSync(source, folder, { recursive: true, filter: path => !path.endsWith('.ts') })
  const compiled = join(process.cwd(), 'dist/test/plugin-kit/warung')
  for (const name of readdirSync(compiled).filter(one => one.endsWith('.js'))) {
    cpSync(join(compiled, name), join(folder, name))
  }
  writeFileSync(join(folder, 'fault.js'), `export const fault = ${JSON.stringify(fault)}\n`)
  const manifest = JSON.parse(readFileSync(join(source, 'plugin.json'), 'utf8')) as object
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify({ ...manifest, version }))
  if (fault === 'has no README') rmSync(join(folder, 'README.md'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  return folder
}
