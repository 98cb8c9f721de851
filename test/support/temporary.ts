import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
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
  const folder = mkdtempSync(join(tmpdir(), 'sapa-test-'))
  chmodSync(folder, 0o755) // dovecot's mail user has to pass through
  return folder
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
