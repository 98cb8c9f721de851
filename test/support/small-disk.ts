import { execFileSync } from 'node:child_process'
import type { Test } from 'tap'
import { makeFolder, removeFolder } from './temporary.ts'

export interface SmallDisk {
  folder: string
  /** Makes room again, as an owner who extends the volume. */
  resize(megabytes: number): void
}

/** A real file system of a few megabytes, to be filled; `needs(t, 'tmpfs')` first. */
export function smallDisk(t: Test, megabytes: number): SmallDisk {
  const folder = makeFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  t.teardown(() => {
    execFileSync('umount', ['-l', folder])
    removeFolder(folder)
  })
  return {
    folder,
    resize: size => void execFileSync('mount', ['-o', `remount,size=${size}m`, folder])
  }
}
