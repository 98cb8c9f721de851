import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Test } from 'tap'
import { migrations } from '../../migrations/index.ts'
import { BlobStore } from '../../server/blob/store.ts'
import { appendJournal } from '../../server/channel/journal/append.ts'
import { JournalReader } from '../../server/channel/journal/read.ts'
import { Channels } from '../../server/channel/registry.ts'
import { migrate } from '../../server/db/migrate.ts'
import { openDb } from '../../server/db/open.ts'
import type { Db } from '../../server/db/schema.ts'
import { createOutside } from '../../server/jobs/outside.ts'
import { createPool, type WorkerPool } from '../../server/jobs/pool.ts'
import { codeFile } from '../../server/paths.ts'
import type { Logger } from '../../server/plugin-api/account.ts'
import type { ChannelDefinition } from '../../server/plugin-api/channel.ts'
import type { InboundEvent, InboundMessage } from '../../server/plugin-api/event.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { parse } from './scripted-parse.ts'

/** A channel whose raw items are the events themselves, as JSON. */
export function scriptedChannel(
  type: string,
  more: Partial<ChannelDefinition> = {}
): ChannelDefinition {
  return {
    type,
    label: { en: type, id: type },
    icon: 'mail',
    colorLight: '#000000',
    colorDark: '#ffffff',
    identityKinds: ['email', 'phone', 'external'],
    settings: {},
    capabilities: () => {
      throw new Error('Nobody asks while receiving')
    },
    parse,
    open: () => Promise.reject(new Error('This channel has no line')),
    ...more
  }
}

export const scriptedModule = pathToFileURL(codeFile('test/channel/scripted-parse')).href

export interface Shop {
  db: Db
  blobs: BlobStore
  channels: Channels
  reader: JournalReader
  clock: { now: Date }
  folder: string
  mail: number
  chat: number
  /** Journals the events of one item and reads everything. */
  deliver(account: number, events: InboundEvent[], isHistory?: boolean): Promise<void>
  append(account: number, key: string, body: unknown, isHistory?: boolean): Promise<number>
  /** A reader as the next process would have it. */
  nextReader(options?: {
    workers?: WorkerPool
    outside?: WorkerPool
    parseMs?: number
  }): JournalReader
}

/** An empty shop with a mailbox and a chat, whose clock stands still until it is moved. */
export async function openShop(t: Test): Promise<Shop> {
  const folder = temporaryFolder(t)
  const db = openDb(join(folder, 'sapa.db'))
  await migrate(db, 'core', migrations)
  const blobs = new BlobStore(join(folder, 'blobs'))
  const channels = new Channels()
  channels.register(scriptedChannel('mail'), 'test')
  channels.register(scriptedChannel('chat'), 'test')
  const clock = { now: new Date('2026-11-20T03:00:00Z') }
  const nextReader: Shop['nextReader'] = options =>
    new JournalReader({ db, blobs, channels, clock: () => clock.now, log: silent, ...options })
  const reader = nextReader()
  t.teardown(async () => {
    await reader.stop()
    await db.destroy()
  })
  const append: Shop['append'] = (account, key, body, isHistory = false) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    return appendJournal(db, account, [{ key, body: bytes }], { blobs, isHistory }, clock.now)
  }
  let items = 0
  return {
    ...{ db, blobs, channels, reader, clock, folder, append, nextReader },
    mail: await addAccount(db, 'mail', 'halo@tokosapa.example'),
    chat: await addAccount(db, 'chat', null),
    deliver: async (account, events, isHistory = false) => {
      await append(account, `item-${++items}`, events, isHistory)
      await reader.drain()
    }
  }
}

export async function addAccount(db: Db, type: string, address: string | null): Promise<number> {
  const { id } = await db
    .insertInto('account')
    .values({
      ...{ type, name: type, address, external_id: null, cursor: null, acknowledgement: null },
      ...{ webhook_secret: 'rahasia', state_since: 0, created_at: 0, state_reason: null },
      ...{ last_success_at: null, last_inbound_at: null, last_outbound_at: null }
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export function workers(t: Test): WorkerPool {
  const pool = createPool({ size: 1 })
  t.teardown(() => pool.stop())
  return pool
}

export function outside(t: Test): WorkerPool {
  const child = createOutside()
  t.teardown(() => child.stop())
  return child
}

let sent = 0

/** A proven mail of Budi, unless told otherwise. */
export function mailOf(more: Partial<InboundMessage> = {}): InboundMessage {
  const remoteId = `<${++sent}@pelanggan.example>`
  return {
    type: 'message',
    key: remoteId,
    remoteId,
    at: Date.parse('2026-11-20T02:59:00Z'),
    from: [budi],
    subject: 'Faktur belum diterima',
    text: 'Halo, faktur pesanan saya belum sampai.',
    ...more
  }
}

export const budi = {
  kind: 'email' as const,
  value: 'budi@pelanggan.example',
  name: 'Budi Santoso',
  verified: true
}

export const sari = { ...budi, value: 'sari@mitra.example', name: 'Sari Wulandari' }

/** Somebody in a chat. */
export const buyer = { kind: 'external' as const, namespace: 'chat', value: 'u-77', verified: true }

export const unproven = <T extends { verified: boolean }>(identity: T): T => ({
  ...identity,
  verified: false
})

export const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined
}
