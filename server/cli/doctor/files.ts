import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { listBlobs } from '../../blob/list.ts'
import type { Db } from '../../db/schema.ts'
import { count, fine, problem, warning, type Finding } from './finding.ts'

const dayMs = 86_400_000

/** Attachments: rows without their file, and files that nothing names. */
export async function examineFiles(db: Db, dataDir: string, now: Date): Promise<Finding[]> {
  const folder = join(dataDir, 'blobs')
  const known = new Set<string>()
  let missing = 0
  for await (const { hash, size } of listBlobs(db)) {
    known.add(hash)
    const found = await stat(join(folder, hash.slice(0, 2), hash.slice(2, 4), hash)).catch(
      () => null
    )
    if (found?.size !== size) missing++
  }
  const loose = await countLoose(folder, known, now)
  return [
    missing === 0
      ? fine('files', `${count(known.size, 'attached file')} in place`)
      : problem('files', `${count(missing, 'attached file')} missing or cut short.`),
    loose === 0
      ? fine('loose files', 'Nothing lies about')
      : warning(
          'loose files',
          `${count(loose, 'file')} that nothing names; the server removes them.`
        )
  ]
}

/** Younger ones may belong to something that is just being written. */
async function countLoose(folder: string, known: Set<string>, now: Date): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => [])
  let loose = 0
  for (const entry of entries) {
    const name = entry.split('/').at(-1) ?? ''
    if (!/^[0-9a-f]{64}$/.test(name) || known.has(name)) continue
    const found = await stat(join(folder, entry)).catch(() => null)
    if (found && found.mtimeMs < now.getTime() - dayMs) loose++
  }
  return loose
}
