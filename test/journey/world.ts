import { pino } from 'pino'
import type { Test } from 'tap'
import { createOwner } from '../../server/agent/create-owner.ts'
import { startSapa } from '../../server/app.ts'
import { createAccount } from '../../server/channel/account/create.ts'
import { readConfig } from '../../server/config.ts'
import { startDovecot, type Dovecot } from '../support/dovecot.ts'
import { startServer, type ServerProcess } from '../support/process.ts'
import { owner, readRows, signIn } from '../support/product.ts'
import { startSmtp, type SmtpSink } from '../support/smtp-sink.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

export const shop = 'layanan@sinar.example'

const own = { 'sec-fetch-site': 'same-origin', accept: 'text/html' }

export interface Journey {
  dovecot: Dovecot
  smtp: SmtpSink
  server: ServerProcess
  /** What the account's form holds. */
  form: Record<string, unknown>
  /** Rows of the product's own database, read beside the running server. */
  rows<Row>(sql: string): Row[]
  /** Requests of the signed-in owner, from our own pages. */
  send(path: string, init?: { method?: string; form?: Record<string, string> }): Promise<Response>
}

export interface JourneyOptions {
  /** Other values of the account's form. */
  form?: Record<string, unknown>
  dataDir?: string
  env?: Record<string, string>
}

/** The built product as a process, connected to a real mailbox and a real mail server. */
export async function journey(t: Test, options: JourneyOptions = {}): Promise<Journey> {
  const dovecot = await startDovecot()
  t.teardown(() => dovecot.remove())
  const smtp = await startSmtp({ relayTo: dovecot })
  t.teardown(() => smtp.remove())
  const dataDir = options.dataDir ?? temporaryFolder(t)
  const form = accountForm({ imapPort: dovecot.port, smtpPort: smtp.port, ...options.form })
  await furnish(dataDir, form)
  const server = await startServer(t, { dataDir, env: options.env ?? {} })
  const cookie = await signIn(server.url)

  const rows: Journey['rows'] = sql => readRows(dataDir, sql)

  function send(path: string, init: Parameters<Journey['send']>[1] = {}): Promise<Response> {
    return fetch(server.url + path, {
      method: init.method ?? (init.form ? 'POST' : 'GET'),
      redirect: 'manual',
      headers: { ...own, cookie, ...(init.form ? { 'hx-request': 'true' } : {}) },
      ...(init.form ? { body: new URLSearchParams(init.form) } : {})
    })
  }

  return { dovecot, smtp, server, form, rows, send }
}

/** Only mails after the first look are new ones; the cursor says that it has happened. */
export async function connected({ rows }: Journey): Promise<void> {
  const isLooking = () =>
    rows<{ cursor: string | null }>("select cursor from account where type = 'email'")[0]?.cursor
  await until(isLooking, { what: 'the mailbox to connect' })
}

/** An owner and a mailbox, as the setup page leaves them. */
async function furnish(dataDir: string, form: Record<string, unknown>): Promise<void> {
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent' })
  const { sapa, close } = await startSapa(config, { isIdle: true, log: pino({ level: 'silent' }) })
  const now = new Date()
  await createOwner(sapa.db, { ...owner, name: 'Bagas Prakoso', locale: 'id' }, now)
  await createAccount(sapa.db, sapa, { type: 'email', name: 'Layanan', address: shop, form }, now)
  await close()
}

function accountForm(more: Record<string, unknown>): Record<string, unknown> {
  return {
    address: shop,
    auth: 'password',
    user: shop,
    password: 'test',
    imapHost: '127.0.0.1',
    imapSecurity: 'none',
    smtpHost: '127.0.0.1',
    smtpSecurity: 'none',
    ...more
  }
}
