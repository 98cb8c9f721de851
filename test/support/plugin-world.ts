import { Writable } from 'node:stream'
import pino from 'pino'
import type { Test } from 'tap'
import { Channels } from '../../server/channel/registry.ts'
import { loadWords } from '../../server/i18n/words.ts'
import { createJobs } from '../../server/jobs/jobs.ts'
import { openPlugins } from '../../server/plugin-host/open.ts'
import { openSecretBox } from '../../server/secret/box.ts'
import { openTestDb } from './database.ts'
import { dropPlugin } from './plugin.ts'

export const now = new Date('2026-11-20T12:00:00Z')

/** Where plugins leave what they have seen. */
declare global {
  var seen: unknown[]
}

/** A plugin host on a data folder into which the test drops plugins. */
export async function pluginWorld(
  t: Test,
  options: { setupMs?: number; pluginUpload?: boolean } = {}
) {
  const { db, folder } = await openTestDb(t)
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    }
  })
  const log = pino({ level: 'debug' }, sink)
  const clock = { now }
  const jobs = createJobs(db, { clock: () => clock.now, log })
  const channels = new Channels()
  const base = {
    ...{ db, reader: db, log, jobs, channels, clock: () => clock.now, ...options },
    secrets: openSecretBox(folder),
    words: loadWords(),
    config: {
      dataDir: folder,
      privateHosts: [],
      publicUrl: 'https://sapa.toko.example',
      pluginUpload: options.pluginUpload ?? true
    }
  }
  const { plugins, fetcher } = openPlugins(base)
  t.teardown(async () => {
    await plugins.stop()
    await fetcher.close()
  })
  globalThis.seen = []
  const drop = (...args: Parameters<typeof dropPlugin> extends [unknown, ...infer R] ? R : never) =>
    dropPlugin(folder, ...args)
  return { ...base, folder, clock, lines, plugins, drop }
}
