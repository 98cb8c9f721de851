import type { Test } from 'tap'
import type {
  AccountContext,
  ChannelFailure,
  ChannelSession,
  OutboundStep,
  PollResult,
  SettingsValues
} from 'sapa/plugin-api'
import { startDovecot, type Dovecot, type DovecotOptions } from '../../../test/support/dovecot.ts'
import { startSmtp, type SinkOptions, type SmtpSink } from '../../../test/support/smtp-sink.ts'
import { patienceMs } from '../../../test/support/patience.ts'
import { until } from '../../../test/support/until.ts'
import type { Fail } from '../failure.ts'
import { readMailSettings } from '../mail-settings.ts'
import { TokenSource } from '../oauth/token.ts'
import { openSession } from '../session.ts'
import { fetchStandIn } from './stand-in.ts'

export const address = 'halo@toko.test'

export const fail: Fail = (failure, message, detail = {}) =>
  Object.assign(new Error(message), { failure, detail })

export interface OpenAccount {
  session: ChannelSession
  states: string[]
  tokens: TokenSource
  saved: SettingsValues[]
  log: string[]
}

/** One account's session as core opens it, without core. */
export function openAccount(t: Test, values: SettingsValues): OpenAccount {
  const [states, saved, log]: [string[], SettingsValues[], string[]] = [[], [], []]
  const line = (facts: object, text?: string) => void log.push(JSON.stringify({ ...facts, text }))
  const account: AccountContext = {
    facts: { id: 1, type: 'email', address, settings: values, ownAddresses: [address] },
    settings: values,
    webhookUrl: 'https://bantuan.toko.test/hooks/email/1/secret',
    signal: new AbortController().signal,
    log: { debug: line, info: line, warn: line, error: line },
    state: (state, reason) => states.push(reason ? `${state}: ${reason}` : state),
    save: async patch => void saved.push(patch),
    ingest: async () => undefined,
    ...alone,
    fetch: fetchStandIn
  }
  const settings = readMailSettings(values)
  const findings = { get: async () => null, set: async () => undefined }
  const tokens = new TokenSource(account, settings, fail)
  const session = openSession(account, settings, { tokens, findings, tests: new Set(), fail })
  t.teardown(() => session.close())
  return { session, tokens, states, saved, log }
}

export async function mailServer(t: Test, options?: DovecotOptions): Promise<Dovecot> {
  const dovecot = await startDovecot(options)
  t.teardown(() => dovecot.remove())
  return dovecot
}

export async function sink(t: Test, options?: SinkOptions): Promise<SmtpSink> {
  const server = await startSmtp(options)
  t.teardown(() => server.remove())
  return server
}

/** After a kill the port may be held for a moment by a process that is still ending. */
export async function startAgain(dovecot: Dovecot): Promise<void> {
  const start = () =>
    dovecot.start().then(
      () => true,
      () => false
    )
  await until(start, { everyMs: 200, what: 'dovecot to start again' })
}

/** Form values for the servers of a test. */
export function form(
  servers: {
    imap?: { port: number }
    smtp?: { port: number }
  },
  more: SettingsValues = {}
): SettingsValues {
  return {
    address,
    name: 'Toko Maju',
    auth: 'password',
    password: 'test',
    imapHost: '127.0.0.1',
    imapPort: servers.imap?.port ?? 1,
    imapSecurity: 'none',
    smtpHost: '127.0.0.1',
    smtpPort: servers.smtp?.port ?? 1,
    smtpSecurity: 'none',
    sentCopy: 'off',
    ...more
  }
}

let written = 0

export function mail(subject: string, more: { id?: string | null; body?: string } = {}): string {
  written += 1
  const id = more.id === undefined ? `<surat-${written}@pelanggan.test>` : more.id
  return [
    'From: Budi Santoso <budi@pelanggan.test>',
    `To: ${address}`,
    `Subject: ${subject}`,
    `Date: Sat, 21 Nov 2026 10:00:${String(written % 60).padStart(2, '0')} +0700`,
    ...(id ? [`Message-ID: ${id}`] : []),
    'Content-Type: text/plain; charset=utf-8',
    '',
    more.body ?? `Halo, ${subject}.`,
    ''
  ].join('\r\n')
}

export const subjectsOf = (items: PollResult['items']) =>
  items.map(({ body }) => /^Subject: (.*)$/m.exec(Buffer.from(body).toString())?.[1]?.trim())

/** Polls as core does, until `isEnough`; keeps the cursor and drops what has been seen, by key. */
export class Reader {
  cursor: string | null = null
  readonly seen = new Map<string, PollResult['items'][number]>()
  /** Everything that came, repeats too. */
  readonly arrived: PollResult['items'] = []
  readonly session: ChannelSession

  constructor(session: ChannelSession, cursor: string | null = null) {
    this.session = session
    this.cursor = cursor
  }

  async read(isEnough: () => boolean, ms = patienceMs): Promise<void> {
    const end = AbortSignal.timeout(ms)
    while (!isEnough()) {
      if (end.aborted) throw new Error(`not within ${ms} ms; seen ${this.subjects.join(', ')}`)
      const result = await this.session.poll!(this.cursor, end)
      this.cursor = result.cursor
      this.arrived.push(...result.items)
      for (const item of result.items) if (!this.seen.has(item.key)) this.seen.set(item.key, item)
    }
  }

  /** The first poll of a new account: everything so far counts as read. */
  async begin(): Promise<void> {
    await this.read(() => this.cursor !== null)
  }

  get subjects(): (string | undefined)[] {
    return subjectsOf([...this.seen.values()])
  }
}

export function step(more: Partial<OutboundStep> = {}): OutboundStep {
  return {
    kind: 'message',
    clientRef: 'c1042.m7.3f9a1b2c4d5e6f70',
    attempt: 1,
    to: { kind: 'email', value: 'budi@pelanggan.test', name: 'Budi Santoso' },
    cc: [],
    bcc: [],
    subject: 'Faktur belum diterima',
    text: 'Halo Budi,\n\nfaktur sudah kami kirim ulang.',
    attachments: [],
    conversation: {
      number: 1042,
      replyToken: 'k3v9q2m7x4c8b6n1p5d0',
      references: ['<surat-1@pelanggan.test>'],
      isFirst: false
    },
    author: { name: 'Rina' },
    isAutomatic: false,
    createdAt: Date.UTC(2026, 10, 21, 3, 0, 0),
    signal: new AbortController().signal,
    begin: () => Promise.resolve(),
    ...more
  }
}

/** The failure of a promise that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<ChannelFailure> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason
  )
  return error as ChannelFailure
}

export { until }

/** Of these a mailbox uses none. */
export const alone: Pick<AccountContext, 'typing' | 'invite' | 'relay' | 'notice'> = {
  typing() {},
  notice() {},
  invite: async () => [],
  relay: async () => false
}
