import type { ImapFlow } from 'imapflow'
import type { AccountContext, ChannelSession, OutboundStep, SendResult } from 'sapa/plugin-api'
import { isFailure, type Fail } from './failure.ts'
import { disconnect } from './imap/connect.ts'
import { readHistory } from './imap/history.ts'
import { Line } from './imap/line.ts'
import { pollMailbox, type Mailbox } from './imap/poll.ts'
import { imapFailure } from './imap/refusal.ts'
import { isInSent } from './imap/sent.ts'
import { signIn } from './imap/sign-in.ts'
import type { MailSettings } from './mail-settings.ts'
import type { TokenSource } from './oauth/token.ts'
import { plusUse, type PlusFindings } from './plus.ts'
import { domainOf } from './smtp/address.ts'
import { composeMail } from './smtp/compose.ts'
import { SentCopies } from './smtp/copy.ts'
import { sendMail } from './smtp/send.ts'
import { makeTransport, type SmtpTransport } from './smtp/transport.ts'

/** The open line of one account: IMAP in, SMTP out, nothing connected before it is needed. */
export function openSession(
  account: AccountContext,
  settings: MailSettings,
  tokens: TokenSource,
  findings: PlusFindings,
  fail: Fail
): ChannelSession {
  const connect = async (signal: AbortSignal) => {
    const client = await signIn(settings, tokens, signal)
    account.state('connected')
    return client
  }
  const mailbox: Mailbox = {
    line: new Line(connect),
    folders: settings.folders,
    watchJunk: settings.watchJunk,
    maxBytes: settings.maxBytes,
    log: account.log,
    backlog: new Map()
  }
  const past = new Line(connect)
  const copies = new SentCopies(settings, () => mailbox.line.standing, connect, account.log)
  let transport: Promise<SmtpTransport> | undefined

  /** Tells how the line is, and ends every IMAP error in core's words. */
  async function onLine<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const failure = imapFailure(fail, error)
      const isRefused = isFailure(failure) && failure.failure === 'auth'
      if (!account.signal.aborted) {
        account.state(isRefused ? 'needs_attention' : 'delayed', failure.message)
      }
      throw failure
    }
  }

  async function send(step: OutboundStep): Promise<SendResult> {
    const plus = await plusUse(settings, findings)
    transport ??= makeTransport(settings, tokens)
    const result = await sendMail(
      await transport,
      composeMail(step, settings, plus, fail),
      step.signal,
      fail
    )
    await copies.add(() => composeMail(step, settings, plus, fail))
    return result
  }

  return {
    poll: (cursor, signal) => onLine(() => pollMailbox(mailbox, cursor, signal)),
    history: (sinceAt, cursor, signal) =>
      onLine(async () => {
        const { folders, maxBytes } = settings
        const page = await readHistory(past, folders, maxBytes, sinceAt, cursor, signal)
        if (page.isDone) await past.rest()
        return page
      }),
    send,
    findSent: (clientRef, signal) =>
      onLine(() =>
        briefly(connect, signal, async client => {
          const remoteId = `<sapa.${clientRef}@${domainOf(settings.address)}>`
          return (await isInSent(client, remoteId)) ? { remoteId } : null
        })
      ),
    async health(signal) {
      try {
        await (mailbox.line.standing ?? (await mailbox.line.client(signal))).noop()
        return { isOk: true }
      } catch (error) {
        return { isOk: false, detail: imapFailure(fail, error).message }
      }
    },
    async close() {
      await Promise.all([mailbox.line.close(), past.close(), copies.close()])
      ;(await transport)?.close({ force: true })
    }
  }
}

/** A connection of its own for one question, so that nothing disturbs the waiting one. */
async function briefly<T>(
  connect: (signal: AbortSignal) => Promise<ImapFlow>,
  signal: AbortSignal,
  work: (client: ImapFlow) => Promise<T>
): Promise<T> {
  const client = await connect(signal)
  const cut = () => client.close()
  signal.addEventListener('abort', cut, { once: true })
  try {
    return await work(client)
  } finally {
    signal.removeEventListener('abort', cut)
    await disconnect(client)
  }
}
