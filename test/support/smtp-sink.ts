import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { makeCertificate } from './certificate.ts'
import type { Dovecot } from './dovecot.ts'
import { parseHeaders, relayToDovecot } from './mail-relay.ts'
import { makeFolder, removeFolder } from './temporary.ts'
import { until } from './until.ts'

export interface SinkMail {
  envelope: { from: string; to: string[] }
  raw: Buffer
  /** Lower-case names, unfolded values; the first of equal names wins. */
  headers: Map<string, string>
}

/**
 * What happens after the final dot: nothing = 250; `reject` = that answer, mail not kept;
 * `drop` = mail kept and the connection cut before the answer, so that the sender cannot know.
 */
export type Verdict = undefined | 'drop' | { reject: string }

export interface SinkOptions {
  /** Sign-in is needed, with this password or access token; of any user when none is named. */
  auth?: { user?: string; pass?: string; accessToken?: string }
  /** Implicit TLS with a self-signed certificate; plain otherwise. */
  secure?: boolean
  /** An answer like `550 5.1.1 User unknown` refuses this recipient. */
  onRecipient?: (address: string) => string | undefined
  /** May await, which delays the answer. */
  onData?: (mail: SinkMail) => Verdict | Promise<Verdict>
  /** Accepted mails land in these mailboxes too; `stamp` gives header lines as the server's own. */
  relayTo?: Dovecot
  stamp?: (mail: SinkMail) => string[]
}

export interface SmtpSink {
  host: '127.0.0.1'
  port: number
  certFile: string | undefined
  received: SinkMail[]
  /** Change behaviour while it runs. */
  options: SinkOptions
  waitFor(wanted: (mail: SinkMail) => boolean): Promise<SinkMail>
  /** Cuts open connections; `start` comes back on the same port. */
  stop(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

/** A real SMTP server that keeps what it is sent. */
export async function startSmtp(options: SinkOptions = {}): Promise<SmtpSink> {
  const folder = options.secure ? makeFolder() : undefined
  const certificate = folder ? makeCertificate(folder) : undefined
  const received: SinkMail[] = []
  const sockets = new Set<Socket>()
  let server: SMTPServer | undefined

  const sink: SmtpSink = {
    host: '127.0.0.1',
    port: 0,
    certFile: certificate?.certFile,
    received,
    options,
    waitFor: wanted =>
      until(() => received.find(wanted), { what: `a mail with ${String(wanted)}` }),
    async start() {
      server = makeServer(
        sink,
        sockets,
        certificate && {
          key: readFileSync(certificate.keyFile),
          cert: readFileSync(certificate.certFile)
        }
      )
      const listening = server.listen(sink.port, '127.0.0.1')
      await once(listening, 'listening')
      sink.port = (listening.address() as AddressInfo).port
    },
    async stop() {
      const closing = server
      if (!closing) return
      server = undefined
      await new Promise<void>(resolve => {
        closing.close(resolve)
        for (const socket of sockets) socket.destroy()
      })
    },
    async remove() {
      await sink.stop()
      if (folder) removeFolder(folder)
    }
  }
  await sink.start()
  return sink
}

function makeServer(
  sink: SmtpSink,
  sockets: Set<Socket>,
  tls: { key: Buffer; cert: Buffer } | undefined
): SMTPServer {
  const server = new SMTPServer({
    name: 'mail.contoh.test',
    secure: tls !== undefined,
    ...tls,
    authOptional: !sink.options.auth,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    allowInsecureAuth: true,
    disabledCommands: [...(tls ? [] : ['STARTTLS']), ...(sink.options.auth ? [] : ['AUTH'])],
    hideENHANCEDSTATUSCODES: true, // tests write the whole answer, code and all
    size: 50 * 1024 * 1024,
    disableReverseLookup: true,
    onAuth(given, _session, done) {
      const wanted = sink.options.auth
      const isRight =
        wanted !== undefined &&
        (wanted.user === undefined || given.username === wanted.user) &&
        (given.method === 'XOAUTH2'
          ? given.accessToken === wanted.accessToken
          : given.password === wanted.pass)
      if (isRight) done(null, { user: given.username })
      else done(answer('535 5.7.8 Username and Password not accepted'))
    },
    onRcptTo({ address }, _session, done) {
      const refusal = sink.options.onRecipient?.(address)
      done(refusal ? answer(refusal) : null)
    },
    onData(stream, session, done) {
      judge(sink, stream, session).then(verdict => {
        if (verdict === 'drop') cut(sockets, session)
        else done(verdict ? answer(verdict.reject) : null)
      }, done)
    }
  })
  server.on('error', () => undefined) // a client that goes away mid-mail is part of the tests
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return server
}

async function judge(
  sink: SmtpSink,
  stream: AsyncIterable<Buffer>,
  session: SMTPServerSession
): Promise<Verdict> {
  const raw = await buffer(stream)
  const { mailFrom, rcptTo } = session.envelope
  const from = mailFrom ? mailFrom.address : ''
  const mail: SinkMail = {
    envelope: { from, to: rcptTo.map(({ address }) => address) },
    raw,
    headers: parseHeaders(raw)
  }
  const verdict = await sink.options.onData?.(mail)
  if (verdict && verdict !== 'drop') return verdict

  sink.received.push(mail)
  if (sink.options.relayTo) relayToDovecot(sink.options.relayTo, mail, sink.options.stamp?.(mail))
  return verdict
}

function cut(sockets: Set<Socket>, session: SMTPServerSession): void {
  for (const socket of sockets) if (socket.remotePort === session.remotePort) socket.destroy()
}

function answer(line: string): Error & { responseCode: number } {
  const responseCode = Number(line.slice(0, 3))
  return Object.assign(new Error(line.slice(4)), { responseCode })
}
