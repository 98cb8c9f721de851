import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { hashToken } from '../../server/agent/token.ts'
import { databaseFile } from '../../server/db/prepare.ts'
import { sessionCookie } from '../../server/web/session.ts'
import { mailLike } from '../support/scripted-channel.ts'
import { makeFolder } from '../support/temporary.ts'
import { agents, type Size } from './size.ts'
import { layStock } from './stock.ts'

/** A data folder with a filled database, a channel without network, and a session for every agent. */
export interface Installation {
  dataDir: string
  /** `cookies[0]` is the owner's. */
  cookies: string[]
  /** Open conversations in a random order, each with its newest message. */
  open: { id: number; last: number }[]
  /** Short closed ones. */
  short: number[]
}

export async function install(size: Size): Promise<Installation> {
  const dataDir = makeFolder()
  await layStock(databaseFile(dataDir), size)
  writePlugin(join(dataDir, 'plugins', 'kios'))
  const sqlite = new SQLite(databaseFile(dataDir))
  sqlite.pragma('journal_mode = WAL')
  const now = Date.now()
  sqlite
    .prepare(
      `insert into plugin (id, version, is_active, state_since) values ('kios', '1.0.0', 1, ?)`
    )
    .run(now)
  const cookies = openSessions(sqlite, now)
  const open = sqlite
    .prepare(`select id, last_message_id as last from conversation
      where queue = 'open' and id > 1 order by id * 7919 % 104729 limit 20000`)
    .all() as Installation['open']
  const short = sqlite
    .prepare(`select id from conversation where message_count between 4 and 6
      order by id * 7919 % 104729 limit 400`)
    .pluck()
    .all() as number[]
  sqlite.close()
  return { dataDir, cookies, open, short }
}

function openSessions(sqlite: SQLite.Database, now: number): string[] {
  const session = sqlite.prepare(
    `insert into session (id_hash, agent_id, data, created_at, last_seen_at, expires_at)
     values (?, ?, '{}', ?, ?, ?)`
  )
  return Array.from({ length: agents }, (_, index) => {
    const id = `bench-session-${index + 1}-0123456789abcdef`
    session.run(hashToken(id), index + 1, now, now, now + 86_400_000)
    return `${sessionCookie}=${id}`
  })
}

/** Takes every message and sends it nowhere: what is measured is Sapa. */
function writePlugin(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const manifest = {
    ...{ id: 'kios', version: '1.0.0', api: '^1.0', author: 'Sapa', scopes: [] },
    title: { en: 'Kiosk', id: 'Kios' },
    description: { en: 'A channel for measuring', id: 'Kanal untuk pengukuran' },
    provides: ['channel:kios']
  }
  writeFileSync(join(folder, 'plugin.json'), JSON.stringify(manifest))
  writeFileSync(
    join(folder, 'index.js'),
    `const capabilities = ${JSON.stringify(mailLike)}
export default {
  setup(sapa) {
    sapa.channel({
      type: 'kios', label: { en: 'Kiosk', id: 'Kios' }, icon: 'mail',
      colorLight: '#2b5fb8', colorDark: '#8ab4f8', identityKinds: ['email'], settings: {},
      capabilities: () => capabilities,
      parse: () => [],
      open: async () => ({
        send: async step => ({ remoteId: '<' + step.clientRef + '@kios>', status: 'sent' }),
        close: async () => {}
      })
    })
  }
}
`
  )
}
