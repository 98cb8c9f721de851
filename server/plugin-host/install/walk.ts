import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Weight } from './limit.ts'
import { checkPath, isHidden, shown } from './path-rule.ts'
import { PackageRefused } from './refusal.ts'

export interface PackedFile {
  /** Below the folder, with slashes. */
  path: string
  size: number
  /** Another one when the file was written again. */
  mark: string
}

/** All files of a plugin in the order of their names. Refuses links and what weighs too much. */
export async function listFiles(folder: string): Promise<PackedFile[]> {
  const files: PackedFile[] = []
  await collect(folder, '', files, new Weight())
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function collect(
  folder: string,
  below: string,
  files: PackedFile[],
  weight: Weight
): Promise<void> {
  const entries = await readdir(join(folder, below), { withFileTypes: true })
  const visible = entries.filter(entry => !isHidden(entry.name))
  const pathOf = (name: string) => (below === '' ? name : `${below}/${name}`)
  for (const { name } of visible) checkPath(pathOf(name))
  const plain = visible.filter(entry => !entry.isDirectory())
  for (const entry of plain) {
    weight.addFile()
    const file = shown(pathOf(entry.name))
    if (!entry.isFile()) throw new PackageRefused('package_link', { file })
  }
  const measured = await Promise.all(plain.map(({ name }) => measure(folder, pathOf(name))))
  for (const { size } of measured) weight.addBytes(size)
  files.push(...measured)
  for (const entry of visible) {
    if (entry.isDirectory()) await collect(folder, pathOf(entry.name), files, weight)
  }
}

async function measure(folder: string, path: string): Promise<PackedFile> {
  const { size, mtimeMs, ino } = await lstat(join(folder, path))
  return { path, size, mark: `${path}\0${size}\0${mtimeMs}\0${ino}` }
}
