import { watch, type FSWatcher } from 'node:fs'
import { readdir } from 'node:fs/promises'
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
  const watchOne = (folder: string) => {
    const watcher = watch(folder, { persistent: false }, () => plan(settleMs))
    const drop = () => {
      watcher.close()
      watchers.delete(folder)
      plan(settleMs)
    }
    watcher.on('error', drop)
    watchers.set(folder, watcher)
  }
  const watchAll = async () => {
    const folders = await foldersIn(zone)
    for (const [folder, watcher] of watchers) {
      if (folders.includes(folder)) continue
      watcher.close()
      watchers.delete(folder)
    }
    for (const folder of folders) if (!isEnded && !watchers.has(folder)) watchOne(folder)
    // The folder itself is gone: nothing will tell when it is back.
    if (folders.length === 0) plan(10 * settleMs)
  }
  void look()
  return () => {
    isEnded = true
    clearTimeout(timer)
    for (const watcher of watchers.values()) watcher.close()
  }
}

async function foldersIn(zone: string): Promise<string[]> {
  try {
    const entries = await readdir(zone, { withFileTypes: true })
    const inner = entries.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    return [zone, ...inner.map(({ name }) => join(zone, name))]
  } catch {
    return []
  }
}

async function marksIn(dataDir: string): Promise<string> {
  const dropped = await lookIntoDropZone(dataDir)
  return dropped.map(({ id, mark }) => `${id} ${mark}`).join('\n')
}
