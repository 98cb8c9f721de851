import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { stripTypes } from '../plugin-host/install/strip.ts'

/** A plugin's folder in which everything can be run as it is. */
export interface Runnable {
  folder: string
  remove(): void
}

/** TypeScript is compiled in a copy, as at an installation; plain JavaScript is left where it is. */
export async function runnable(path: string): Promise<Runnable> {
  if (!existsSync(join(path, 'index.ts'))) return { folder: path, remove: () => {} }
  const above = mkdtempSync(join(tmpdir(), 'sapa-plugin-'))
  const folder = join(above, basename(resolve(path)))
  const remove = () => rmSync(above, { recursive: true, force: true })
  try {
    cpSync(path, folder, { recursive: true, filter: from => basename(from) !== '.git' })
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    if (!names.includes('package.json')) {
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
    }
    await stripTypes(folder, names)
    return { folder, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** The author's own tests, `test/*.test.js`; null when there are none, else whether they passed. */
export async function runOwnTests(folder: string): Promise<boolean | null> {
  const tests = join(folder, 'test')
  const files = existsSync(tests) ? readdirSync(tests).filter(name => /\.test\.js$/.test(name)) : []
  if (files.length === 0) return null
  const words = [
    '--enable-source-maps',
    '--test',
    '--test-reporter=spec',
    ...files.map(name => join('test', name))
  ]
  const child = spawn(process.execPath, words, { cwd: folder, stdio: 'inherit' })
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', code => done(code === 0))
  })
}
