import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Test } from 'tap'
import { makeFolder, removeFolder } from './temporary.ts'

/** Where a browser is looked for: `CHROMIUM_PATH`, then Debian's place, then the PATH. */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named) return existsSync(named) ? named : undefined
  return findProgram('chromium') ?? findProgram('chromium-browser')
}

export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin']
  return folders.map(folder => join(folder, name)).find(isExecutable)
}

const services = {
  dovecot: () => findProgram('dovecot'),
  chromium: chromiumPath,
  swaks: () => findProgram('swaks'),
  openssl: () => findProgram('openssl'),
  php: () => findProgram('php'),
  python3: () => findProgram('python3'),
  tmpfs: mountsTmpfs
}

export type Service = keyof typeof services

/**
 * `if (!needs(t, 'dovecot')) return` as the first line of a test. A missing service is a visible
 * skip on a developer's machine and a failure in CI, where a skip would look like a pass.
 */
export function needs(t: Test, ...wanted: Service[]): boolean {
  const missing = wanted.filter(service => !services[service]())
  if (missing.length === 0) return true

  const sentence = `no ${missing.join(', no ')}`
  if (areServicesRequired()) t.fail(`${sentence}, but services are required here`)
  else t.pass(sentence, { skip: `skipped: ${sentence}` })
  return false
}

export function areServicesRequired(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['CI'] === 'true' || env['SAPA_REQUIRE_SERVICES'] === '1'
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function mountsTmpfs(): boolean {
  const folder = makeFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    removeFolder(folder)
  }
}
