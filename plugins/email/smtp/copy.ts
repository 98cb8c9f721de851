import type { ImapFlow } from 'imapflow'
import type { SendMailOptions } from 'nodemailer'
import type { Logger } from 'sapa/plugin-api'
import { disconnect } from '../imap/connect.ts'
import { appendToSent } from '../imap/sent.ts'
import type { MailSettings } from '../mail-settings.ts'
import { hostedBy } from '../provider.ts'

const maxWaiting = 20

/** Copies of sent mails for the Sent folder, one after the other, never in the way of sending. */
export class SentCopies {
  readonly #settings: MailSettings
  readonly #standing: () => ImapFlow | null
  readonly #connect: (signal: AbortSignal) => Promise<ImapFlow>
  readonly #log: Logger
  readonly #end = new AbortController()
  #waiting = 0
  #last: Promise<void> = Promise.resolve()

  constructor(
    settings: MailSettings,
    standing: () => ImapFlow | null,
    connect: (signal: AbortSignal) => Promise<ImapFlow>,
    log: Logger
  ) {
    this.#settings = settings
    this.#standing = standing
    this.#connect = connect
    this.#log = log
  }

  /** Returns at once, except when so many copies wait that sending has to slow down. */
  async add(compose: () => SendMailOptions): Promise<void> {
    if (!this.#isWanted) return
    this.#waiting += 1
    this.#last = this.#last.then(() => this.#copy(compose))
    if (this.#waiting >= maxWaiting) await this.#last
  }

  async close(): Promise<void> {
    const timer = setTimeout(() => this.#end.abort(), 1000)
    await this.#last
    clearTimeout(timer)
  }

  /** Google and Microsoft keep what goes out through them. */
  get #isWanted(): boolean {
    const { sentCopy, smtp } = this.#settings
    return sentCopy === 'auto' ? !hostedBy(smtp.host)?.keepsSent : sentCopy === 'on'
  }

  async #copy(compose: () => SendMailOptions): Promise<void> {
    try {
      this.#end.signal.throwIfAborted()
      const raw = await sourceOf(compose())
      await this.#append(raw.source, raw.at)
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown'
      this.#log.warn({ reason }, 'A sent mail could not be copied to the Sent folder')
    } finally {
      this.#waiting -= 1
    }
  }

  async #append(source: Buffer, at: Date): Promise<void> {
    const standing = this.#standing()
    if (standing) return void (await appendToSent(standing, source, at))
    const client = await this.#connect(this.#end.signal)
    const cut = () => client.close()
    this.#end.signal.addEventListener('abort', cut, { once: true })
    try {
      await appendToSent(client, source, at)
    } finally {
      await disconnect(client)
    }
  }
}

async function sourceOf(mail: SendMailOptions): Promise<{ source: Buffer; at: Date }> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const node = new MailComposer(mail).compile()
  node.keepBcc = true
  const at = mail.date instanceof Date ? mail.date : new Date()
  return { source: await node.build(), at }
}
