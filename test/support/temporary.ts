import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A folder that is gone when the test ends. */
export function temporaryFolder(t: Test): string {
  const folder = makeFolder()
  t.teardown(() => removeFolder(folder))
  return folder
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(temporaryRoot(), 'sapa-test-'))
  chmodSync(folder, 0o755) // dovecot's mail user has to pass through
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Memory, where there is plenty: a third of a test's time is waiting for a disk that it never reads again. */
export function temporaryRoot(): string {
  if (process.platform !== 'linux' || process.env['TMPDIR']) return tmpdir()
  try {
    const { bavail, bsize } = statfsSync(memoryRoot)
    return bavail * bsize > plentyBytes ? memoryRoot : tmpdir()
  } catch {
    return tmpdir()
  }
}

const memoryRoot = '/dev/shm'
const plentyBytes = 2 * 1024 ** 3
