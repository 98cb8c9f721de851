import { join } from 'node:path'
import { BlobStore } from '../../server/blob/store.ts'
import { JournalReader } from '../../server/channel/journal/read.ts'
import { Channels } from '../../server/channel/registry.ts'
import { openDb } from '../../server/db/open.ts'
import { scriptedChannel, silent } from './shop.ts'

/** A process that reads the journal of a folder once, and may be killed by it. */
const folder = process.argv[2] ?? ''
const db = openDb(join(folder, 'sapa.db'))
const channels = new Channels()
channels.register(scriptedChannel('mail'), 'test')
const blobs = new BlobStore(join(folder, 'blobs'))
const reader = new JournalReader({ db, blobs, channels, clock: () => new Date(), log: silent })
await reader.drain()
await db.destroy()
