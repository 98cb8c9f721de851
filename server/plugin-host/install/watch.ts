import { watch, type FSWatcher } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../../plugin-api/account.ts'
import { lookIntoDropZone } from './dropped.ts'
import { dropZone } from './place.ts'

interface Parts {
  dataDir: string
  log: Logger
  /** Told when something has changed and nobody is writing any more. */
  onChange: () => Promise<void>
  settleMs?: number
}

/**
 * Watches the drop zone and the folders in it. What lies deeper is noticed too, as soon as anything
 * above it changes or somebody opens the list. Answers how to end it.
 */
export function watchDropZone({ dataDir, log, onChange, settleMs = 250 }: Parts): () => void {
  const zone = dropZone(dataDir)
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let isEnded = false
  let last = ''

  const plan = (ms: number) => {
    clearTimeout(timer)
    if (!isEnded) timer = setTimeout(() => void look(), ms).unref()
  }
  const look = async () => {
    try {
      await watchAll()
      const marks = await marksIn(dataDir)
      const isQuiet = marks === last
      last = marks
      // Somebody is still copying: look again.
      if (!isQuiet) return plan(settleMs)
      await onChange()
    } catch (error) {
      log.error({ err: error }, 'The plugins folder could not be looked through')
    }
  }
  const watchOne = (key: string, folder: string) => {
    try {
      const watcher = watch(folder, { persistent: false }, () => plan(settleMs))
      watcher.on('error', () => {
        watcher.close()
        watchers.delete(key)
        plan(settleMs)
      })
      watchers.set(key, watcher)
    } catch (error) {
      // The system may have no watcher left. Whoever opens the list looks anyway.
      log.warn({ err: error, folder }, 'A folder of plugins cannot be watched')
    }
  }
  const watchAll = async () => {
    const folders = await foldersIn(zone)
    for (const [key, watcher] of watchers) {
      if (folders.has(key)) continue
      watcher.close()
      watchers.delete(key)
    }
    for (const [key, folder] of folders) {
      if (!isEnded && !watchers.has(key)) watchOne(key, folder)
    }
    // The folder itself is gone: nothing will tell when it is back.
    if (folders.size === 0) plan(10 * settleMs)
  }
  void look()
  return () => {
    isEnded = true
    clearTimeout(timer)
    for (const watcher of watchers.values()) watcher.close()
  }
}

/** With the number that the disk knows each by: a folder made anew is another one. */
async function foldersIn(zone: string): Promise<Map<string, string>> {
  const folders = new Map<string, string>()
  try {
    const entries = await readdir(zone, { withFileTypes: true })
    const inner = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    for (const folder of [zone, ...inner.map(({ name }) => join(zone, name))]) {
      folders.set(`${folder}\0${(await stat(folder)).ino}`, folder)
    }
  } catch (error) {
    // Somebody has just taken it away; the next look tells.
    if (!isGone(error)) throw error
  }
  return folders
}

const isGone = (error: unknown) =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code))

async function marksIn(dataDir: string): Promise<string> {
  const dropped = await lookIntoDropZone(dataDir)
  return dropped.map(({ id, mark }) => `${id} ${mark}`).join('\n')
}
