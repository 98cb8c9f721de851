import { join } from 'node:path'
import { BlobStore } from '../../server/blob/store.ts'
import { Dispatcher } from '../../server/channel/outbox/dispatch.ts'
import { Channels } from '../../server/channel/registry.ts'
import { Supervisor } from '../../server/channel/line/supervisor.ts'
import { realTiming } from '../../server/channel/timing.ts'
import { openDb } from '../../server/db/open.ts'
import { loadWords } from '../../server/i18n/words.ts'
import { failure, mailLike, Provider } from '../support/scripted-channel.ts'

/** A process that sends what waits in a folder's outbox to a provider on loopback, and may be killed. */
const [folder = '', url = ''] = process.argv.slice(2)
const db = openDb(join(folder, 'sapa.db'))
const provider = new Provider(mailLike)
provider.onSend = async step => {
  const body = JSON.stringify({ ref: step.clientRef, text: step.text })
  const response = await fetch(url, { method: 'POST', body }).catch(() => null)
  if (!response?.ok) throw failure('unknown_outcome', 'no answer')
}
const channels = new Channels()
channels.register(provider.channel(), 'surat')
const silent = () => {}
const tools = {
  ...{ db, channels, timing: realTiming, random: Math.random },
  log: { debug: silent, info: silent, warn: silent, error: silent },
  secrets: { seal: (text: string) => text, open: (text: string) => text },
  blobs: new BlobStore(join(folder, 'blobs')),
  publicUrl: 'https://bantuan.example',
  fetch,
  typing: { hear() {} },
  words: loadWords(),
  linkTo: (token: string) => token
}
const supervisor = new Supervisor(tools)
const dispatcher = new Dispatcher({ ...tools, supervisor })
await supervisor.start()
await dispatcher.start()
const left = () =>
  db
    .selectFrom('outbox')
    .select('id')
    .where('state', 'in', ['queued', 'sending'])
    .executeTakeFirst()
while (await left()) await new Promise(resolve => setTimeout(resolve, 20))
await dispatcher.stop()
await supervisor.stop()
await db.destroy()
