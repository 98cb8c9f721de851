import { Readable } from 'node:stream'
import type { SMTPPoolOptions, SMTPPoolSentMessageInfo, Transporter } from 'nodemailer'
import type { MailSettings } from '../mail-settings.ts'
import type { TokenSource } from '../oauth/token.ts'
import { rateOf } from '../provider.ts'

export type SmtpTransport = Transporter<SMTPPoolSentMessageInfo, SMTPPoolOptions>

/** How far one mail got, watched from inside the stream that feeds the connection. */
export interface Passage {
  /** The last byte was handed over: from here on the final dot may have been written. */
  isComplete: boolean
  /** Kept by core before that happens. */
  begin(): Promise<void>
}

/** A pool of signed-in connections. Nothing is connected before the first mail. */
export async function makeTransport(
  settings: MailSettings,
  tokens: TokenSource
): Promise<SmtpTransport> {
  const { createTransport } = await import('nodemailer')
  const transport: SmtpTransport = createTransport({ pool: true, ...smtpOptions(settings) })
  if (settings.auth !== 'password') provideTokens(transport, tokens)
  transport.use('stream', (mail, done) => {
    const { passage } = mail.data as { passage?: Passage }
    if (passage) mail.message.processFunc(input => Readable.from(watch(input, passage)))
    done()
  })
  transport.on('error', () => undefined) // told to the send that it concerns
  return transport
}

function smtpOptions(settings: MailSettings): SMTPPoolOptions {
  const { host, port, security } = settings.smtp
  const isPassword = settings.auth === 'password'
  const auth = isPassword
    ? settings.password && { user: settings.user, pass: settings.password }
    : ({ type: 'OAuth2', user: settings.user } as const)
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(auth && { auth }),
    maxConnections: rateOf(host).parallel,
    maxMessages: 100,
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    // RFC 5321 asks for ten minutes after the final dot: giving up earlier makes doubles.
    socketTimeout: 10 * 60_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false
  }
}

function provideTokens(transport: SmtpTransport, tokens: TokenSource): void {
  let given: string | undefined
  transport.set('oauth2_provision_cb', (_user, isRefused, done) => {
    tokens.get(isRefused ? given : undefined).then(
      token => done(null, (given = token)),
      (error: Error) => done(error)
    )
  })
}

/** Starts to read only when the connection asks, which it does after the server's 354. */
async function* watch(input: AsyncIterable<Buffer>, passage: Passage): AsyncGenerator<Buffer> {
  yield* input
  // Without the final dot the server throws the mail away, so everything until here is surely not sent.
  await passage.begin()
  passage.isComplete = true
}
