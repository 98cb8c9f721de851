import type { ImapFlow } from 'imapflow'
import type {
  AccountContext,
  ChannelSession,
  OutboundStep,
  PollResult,
  SendResult
} from 'sapa/plugin-api'
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
import { signInUrl } from './oauth/url.ts'
import { plusUse, type PlusFindings } from './plus.ts'
import { domainOf } from './smtp/address.ts'
import { composeMail } from './smtp/compose.ts'
import { SentCopies } from './smtp/copy.ts'
import { sendMail } from './smtp/send.ts'
import { makeTransport, type SmtpTransport } from './smtp/transport.ts'

export interface SessionTools {
  tokens: TokenSource
  findings: PlusFindings
  /** Message-IDs of the mails that connection tests send to the mailbox itself. */
  tests: ReadonlySet<string>
  fail: Fail
}

/** The open line of one account: IMAP in, SMTP out, nothing connected before it is needed. */
export function openSession(
  account: AccountContext,
  settings: MailSettings,
  { tokens, findings, tests, fail }: SessionTools
): ChannelSession {
  const connect = (signal: AbortSignal) => signIn(settings, tokens, signal)
  const connectToRead = async (signal: AbortSignal) => {
    const client = await connect(signal)
    account.state('connected')
    return client
  }
  const mailbox: Mailbox = {
    line: new Line(connectToRead),
    folders: settings.folders,
    watchJunk: settings.watchJunk,
    maxBytes: settings.maxBytes,
    log: account.log,
    tests,
    backlog: new Map()
  }
  const past = new Line(connect)
  const copies = new SentCopies(settings, () => mailbox.line.standing, connect, account.log)
  let transport: Promise<SmtpTransport> | undefined

  /** Ends every IMAP error in core's words; the supervisor makes the account's state of them. */
  async function onLine<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw imapFailure(fail, error)
    }
  }

  /** Without the owner's sign-in there is nothing to ask the provider for, so this waits for it. */
  async function poll(cursor: string | null, signal: AbortSignal): Promise<PollResult> {
    for (;;) {
      if (tokens.refusal) {
        account.state(
          'needs_attention',
          `${tokens.refusal.message}. Sign in at ${signInUrl(account)}`
        )
        await tokens.accepted(signal)
      }
      if (signal.aborted) throw fail('temporary', 'The poll was called off')
      try {
        return await onLine(() => pollMailbox(mailbox, cursor, signal))
      } catch (error) {
        const isRefused = isFailure(error) && error.failure === 'auth'
        if (settings.auth === 'password' || !isRefused) throw error
        tokens.refuse(error)
      }
    }
  }

  async function send(step: OutboundStep): Promise<SendResult> {
    const plus = await plusUse(settings, findings)
    const compose = () => composeMail(step, settings, plus, fail)
    transport ??= makeTransport(settings, tokens)
    const ready = await transport
    const deliver = () => sendMail(ready, compose(), step, fail)
    const result = await deliver().catch(async (error: unknown) => {
      // A token may be withdrawn before its time; refused at sign-in, nothing of the mail has been sent.
      const isRefused = isFailure(error) && error.failure === 'auth'
      if (settings.auth === 'password' || !isRefused || tokens.refusal) throw error
      await tokens.renew()
      return deliver()
    })
    await copies.add(compose)
    return result
  }

  return {
    poll,
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
