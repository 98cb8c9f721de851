import { ImapFlow } from 'imapflow'
import { simpleParser } from 'mailparser'
import SQLite from 'better-sqlite3'
import { databaseFile } from '../../server/db/prepare.ts'
import { startDovecot, type Dovecot } from '../support/dovecot.ts'
import { findProgram } from '../support/require.ts'
import { makeFolder, removeFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'
import { furnish, letter, shop } from './mail-server.ts'
import type { Part } from './part.ts'
import { run } from './process.ts'

const count = 1000

/** Mails of 3 KB that lie in a real mailbox, until they stand in the timeline. */
export const mailIn: Part = {
  name: 'mail-in',
  async measure(_options, tell) {
    if (!findProgram('dovecot')) return console.log('mail-in: left out, there is no dovecot here')
    const dovecot = await startDovecot()
    const dataDir = makeFolder()
    await furnish(dataDir, { imapPort: dovecot.port, smtpPort: 1 })
    const server = await run('server/main.js', '/readyz', { DATA_DIR: dataDir })
    const sqlite = new SQLite(databaseFile(dataDir), { readonly: true })
    try {
      await warmUp(dovecot, sqlite)
      const rss = server.rssMb()
      const cpu = server.cpuMs()
      const sapa = await takeIn(dovecot, sqlite)
      const perMail = (server.cpuMs() - cpu) / count
      const bare = await takeInBare(dovecot)
      tell({
        what: 'mails Dovecot → timeline (3 KB)',
        unit: '/s',
        ...{ sapa, bare, budget: { of: 'ratio', atLeast: 0.5 } },
        note: `${perMail.toFixed(2)} ms CPU a mail`
      })
      tell({ what: 'RSS with one mailbox connected', unit: 'MB', sapa: rss })
    } finally {
      sqlite.close()
      await server.stop()
      await dovecot.remove()
      removeFolder(dataDir)
    }
  }
}

/** The mailbox is connected and the reader is awake when the clock begins. */
async function warmUp(dovecot: Dovecot, sqlite: SQLite.Database): Promise<void> {
  const state = sqlite.prepare(`select state from account where cursor is not null`).pluck()
  await until(() => state.get() === 'connected', { deadlineMs: 15_000, what: 'a connection' })
  for (let number = 0; number < 20; number++) dovecot.deliver(shop, letter(number))
  await arrival(sqlite, 20)
}

async function takeIn(dovecot: Dovecot, sqlite: SQLite.Database): Promise<number> {
  const before = sqlite.prepare('select count(*) from message').pluck().get() as number
  const begin = performance.now()
  for (let number = 100; number < 100 + count; number++) dovecot.deliver(shop, letter(number))
  await arrival(sqlite, before + count)
  return count / ((performance.now() - begin) / 1000)
}

function arrival(sqlite: SQLite.Database, wanted: number): Promise<unknown> {
  const stored = sqlite.prepare('select count(*) from message').pluck()
  const patience = { deadlineMs: 120_000, everyMs: 10, what: `${wanted} messages` }
  return until(() => (stored.get() as number) >= wanted, patience)
}

/** imapflow, mailparser and one insert. */
async function takeInBare(dovecot: Dovecot): Promise<number> {
  const folder = makeFolder()
  const sqlite = new SQLite(`${folder}/bare.db`)
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = FULL')
  sqlite.exec('create table message (id integer primary key, remote_id text unique, text, html)')
  const insert = sqlite.prepare('insert into message (remote_id, text, html) values (?, ?, ?)')
  const store = sqlite.transaction((mails: string[][]) =>
    mails.forEach(mail => insert.run(...mail))
  )
  const client = new ImapFlow({
    ...{ host: dovecot.host, port: dovecot.port, secure: false, doSTARTTLS: false, logger: false },
    auth: { user: shop, pass: 'test' }
  })
  await client.connect()
  const begin = performance.now()
  await client.mailboxOpen('INBOX')
  let mails: string[][] = []
  for await (const { source } of client.fetch(`21:${20 + count}`, { source: true })) {
    const mail = await simpleParser(source ?? Buffer.alloc(0))
    mails.push([mail.messageId ?? '', mail.text ?? '', mail.html || ''])
    if (mails.length === 20) store(mails.splice(0))
  }
  store(mails)
  mails = []
  const perSecond = count / ((performance.now() - begin) / 1000)
  await client.logout()
  sqlite.close()
  removeFolder(folder)
  return perSecond
}
