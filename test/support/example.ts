import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../server/paths.ts'

/** Drops a plugin of `docs/examples/` into the data folder, as a reader of the documentation would. */
export function dropExample(dataDir: string, id: string): void {
  cpSync(join(root, 'docs/examples', id), join(dataDir, 'plugins', id), { recursive: true })
}
