import { existsSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { contentsOf, type Origin } from './origin.ts'
import { shown } from './path-rule.ts'
import { dropZone } from './place.ts'
import { PackageRefused } from './refusal.ts'

/** What lies in the drop zone under one name. */
export interface Dropped {
  id: string
  origin: Origin
  /** Null when it cannot be looked through; `error` says why. */
  mark: string | null
  error: unknown
  /** A folder and a file of one name: nobody knows which one is meant. */
  isDouble: boolean
}

/** Looks into the drop zone without reading a file's content. */
export async function lookIntoDropZone(dataDir: string): Promise<Dropped[]> {
  const origins = new Map<string, Origin[]>()
  for (const [id, origin] of await originsIn(dropZone(dataDir))) {
    origins.set(id, [...(origins.get(id) ?? []), origin])
  }
  const all: Dropped[] = []
  for (const [id, [origin, ...more]] of [...origins].toSorted()) {
    if (origin) all.push(await look(id, origin, more.length > 0))
  }
  return all
}

async function originsIn(folder: string): Promise<[string, Origin][]> {
  const entries = existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : []
  return entries.flatMap((entry): [string, Origin][] => {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.') || entry.name.length > 60) return []
    if (entry.isSymbolicLink())
      return [[entry.name.replace(/\.[jt]s$/, ''), { path, isFile: false }]]
    if (entry.isDirectory()) {
      return existsSync(join(path, 'plugin.json')) ? [[entry.name, { path, isFile: false }]] : []
    }
    const [, id] = /^([a-z][a-z0-9-]*)\.[jt]s$/.exec(entry.name) ?? []
    return id && entry.isFile() ? [[id, { path, isFile: true }]] : []
  })
}

async function look(id: string, origin: Origin, isDouble: boolean): Promise<Dropped> {
  try {
    await refuseLink(origin)
    const { mark } = await contentsOf(origin)
    return { id, origin, mark, error: null, isDouble }
  } catch (error) {
    return { id, origin, mark: null, error, isDouble }
  }
}

/** What it leads to could change at any time, and leads out of the folder. */
async function refuseLink({ path }: Origin): Promise<void> {
  if (!(await lstat(path)).isSymbolicLink()) return
  throw new PackageRefused('package_link', { file: shown(basename(path)) })
}
