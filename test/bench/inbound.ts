import SQLite from 'better-sqlite3'
import { pino } from 'pino'
import { BlobStore } from '../../server/blob/store.ts'
import { appendJournal } from '../../server/channel/journal/append.ts'
import { JournalReader } from '../../server/channel/journal/read.ts'
import { Channels } from '../../server/channel/registry.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { openDb } from '../../server/db/open.ts'
import type { RawItem } from '../../server/plugin-api/account.ts'
import type { InboundMessage } from '../../server/plugin-api/event.ts'
import { mailLike } from '../support/scripted-channel.ts'
import { makeFolder, removeFolder } from '../support/temporary.ts'
import { bareInbound } from './bare-inbound.ts'
import { median } from './figure.ts'
import type { Part } from './part.ts'
import { layStock } from './stock.ts'
import type { Size } from './size.ts'

const count = 2000
/** As many as one answer of a provider brings. */
export const perBatch = 20

/** Messages of a chat channel: kept raw on the disk, read, placed and stored, in order. */
export const inbound: Part = {
  name: 'inbound',
  async measure({ size, rounds }, tell) {
    const folder = makeFolder()
    const file = databaseFile(folder)
    await layStock(file, size)
    const [sapa, bare] = [[] as number[], [] as number[]]
    for (let round = -1; round < rounds; round++) {
      const [ours, theirs] = [await takeIn(folder, round, size), bareIn(file, round, size)]
      if (round < 0) continue
      sapa.push(ours)
      bare.push(theirs)
    }
    tell({
      what: 'durable inbound messages',
      unit: '/s',
      sapa: median(sapa),
      bare: median(bare),
      budget: { of: 'ratio', atLeast: 0.6 }
    })
    removeFolder(folder)
  }
}

async function takeIn(folder: string, round: number, size: Size): Promise<number> {
  const db = openDb(databaseFile(folder))
  const blobs = new BlobStore(`${folder}/blobs`)
  const channels = new Channels()
  channels.register(chat, 'kios')
  const log = pino({ level: 'silent' })
  const reader = new JournalReader({ db, blobs, channels, clock: () => new Date(), log })
  const items = messages(round, size)
  const begin = performance.now()
  reader.start()
  for (let start = 0; start < count; start += perBatch) {
    await appendJournal(db, 1, items.slice(start, start + perBatch), { blobs }, new Date())
  }
  await reader.drain()
  const perSecond = count / ((performance.now() - begin) / 1000)
  await reader.stop()
  const stored = await db
    .selectFrom('message')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('remote_id', 'like', `kios-${round}-%`)
    .executeTakeFirstOrThrow()
  await db.destroy()
  if (stored.count !== count) throw new Error(`${stored.count} of ${count} messages were stored`)
  return perSecond
}

function bareIn(file: string, round: number, size: Size): number {
  const sqlite = new SQLite(file)
  const items = messages(round + 1000, size)
  const begin = performance.now()
  const take = bareInbound(sqlite)
  for (let start = 0; start < count; start += perBatch) take(items.slice(start, start + perBatch))
  const perSecond = count / ((performance.now() - begin) / 1000)
  sqlite.close()
  return perSecond
}

/** Every chat writes twice or so; one in four begins a conversation. */
function messages(round: number, size: Size): RawItem[] {
  return Array.from({ length: count }, (_, index) => {
    const customer = ((index * 7919 + round * 31) % (size.customers / 10)) + 1
    const event: InboundMessage = {
      type: 'message',
      key: `kios-${round}-${index}`,
      remoteId: `kios-${round}-${index}`,
      at: Date.now(),
      from: [{ kind: 'email', value: `pelanggan${customer}@surat.example`, verified: true }],
      threadKey: `chat-${customer}`,
      text: `Selamat pagi, apakah pesanan ${index} sudah dikirim? Saya tunggu kabarnya ya.`
    }
    return { key: event.key, body: Buffer.from(JSON.stringify(event)) }
  })
}

const chat: Parameters<Channels['register']>[0] = {
  type: 'kios',
  label: { en: 'Kiosk', id: 'Kios' },
  icon: 'mail',
  colorLight: '#2b5fb8',
  colorDark: '#8ab4f8',
  identityKinds: ['email'],
  settings: {},
  capabilities: () => mailLike,
  parse: raw => [JSON.parse(Buffer.from(raw.body).toString()) as InboundMessage],
  open: () => Promise.reject(new Error('nothing to open'))
}
