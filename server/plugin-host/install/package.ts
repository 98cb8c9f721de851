import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readPieces } from './durable.ts'
import type { Origin } from './origin.ts'
import { PackageRefused } from './refusal.ts'
import { dropUpload, findUpload, keepUpload } from './upload.ts'

/** A folder, a single `.js` or `.ts` file, or a zip file, unpacked for as long as `work` takes. */
export async function withPackage<T>(
  dataDir: string,
  given: string,
  work: (origin: Origin) => Promise<T>
): Promise<T> {
  const path = resolve(given)
  const found = await stat(path).catch(() => null)
  if (!found) throw new PackageRefused('package_missing', { path })
  if (found.isDirectory()) return work({ path, isFile: false })
  if (/\.[jt]s$/.test(path)) return work({ path, isFile: true })
  const id = await keepUpload(dataDir, readPieces(path))
  try {
    return await work(await findUpload(dataDir, id))
  } finally {
    await dropUpload(dataDir, id)
  }
}
