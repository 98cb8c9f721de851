import { pino } from 'pino'
import { Channels } from '../../server/channel/registry.ts'
import { openDb } from '../../server/db/open.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { loadWords } from '../../server/i18n/words.ts'
import { createJobs } from '../../server/jobs/jobs.ts'
import { openPlugins } from '../../server/plugin-host/open.ts'
import { openSecretBox } from '../../server/secret/box.ts'

/** A process that updates one plugin of a folder, and may be killed by it. */
const folder = process.argv[2] ?? ''
const db = openDb(databaseFile(folder))
const log = pino({ level: 'silent' })
const clock = () => new Date()
globalThis.seen = []
const { plugins } = openPlugins({
  ...{ db, reader: db, log, clock, channels: new Channels(), words: loadWords() },
  jobs: createJobs(db, { clock, log }),
  secrets: openSecretBox(folder),
  config: { dataDir: folder, privateHosts: [], publicUrl: 'https://sapa.toko.example' }
})
await plugins.start()
await plugins.update('poin')
await plugins.stop()
await db.destroy()
