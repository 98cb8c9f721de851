import { simpleParser } from 'mailparser'
import type { ChannelSpec, Failure, Sent, TcpGate } from 'sapa/plugin-api/test'
import { startDovecot } from '../../../test/support/dovecot.ts'
import { startSmtp, type SinkMail, type SmtpSink } from '../../../test/support/smtp-sink.ts'
import * as letters from './conformance-mail.ts'

const password = 'Kata-Sandi-4711'
const mailbox = (account: number) => `halo${account}@toko.example`

/** A real IMAP server and a real SMTP server, with a door before each that can be shut or jammed. */
export default {
  channel: 'email',
  async start(kit) {
    const sent: Sent[] = []
    const dovecot = await startDovecot({ password })
    const smtp = await startSmtp({ auth: { pass: password } })
    const gates = { imap: await kit.tcp(dovecot), smtp: await kit.tcp(smtp) }
    const both = (work: (gate: TcpGate) => unknown) => async () => {
      await Promise.all(Object.values(gates).map(work))
    }
    const held = { isOn: false, waiting: [] as (() => void)[] }
    const take = async (mail: SinkMail) => {
      if (isOurs(mail)) sent.push(await sentOf(mail))
      else for (const to of mail.envelope.to) dovecot.deliver(plain(to), mail.raw)
      if (held.isOn) await new Promise<void>(resume => held.waiting.push(resume))
    }
    const usual = (): SmtpSink['options'] => ({
      auth: { pass: password },
      onData: mail => take(mail).then(() => undefined)
    })
    Object.assign(smtp.options, usual())

    return {
      form: account => ({
        ...{ address: mailbox(account), name: 'Toko Maju', auth: 'password', password },
        ...{ imapHost: '127.0.0.1', imapPort: gates.imap.port, imapSecurity: 'none' },
        ...{ smtpHost: '127.0.0.1', smtpPort: gates.smtp.port, smtpSecurity: 'none' },
        ...{ sentCopy: 'off', trustedAuthserv: ['mx.toko.example'] }
      }),
      address: mailbox,
      sent: () => sent,
      inbound: {
        ...letters.inbound,
        past: message => dovecot.deliver(mailbox(1), letters.inbound.message(message) as Buffer)
      },
      arrive(items, account) {
        for (const mail of items) dovecot.deliver(mailbox(account), mail as Buffer)
      },
      failures: failuresOf(smtp, gates.smtp, take),
      hang: both(gate => gate.hang()),
      down: both(gate => gate.down()),
      garble: both(gate => gate.garble()),
      hold: () => void (held.isOn = true),
      async heal() {
        held.isOn = false
        for (const resume of held.waiting.splice(0)) resume()
        delete smtp.options.onRecipient
        Object.assign(smtp.options, usual())
        await both(gate => gate.heal())()
      },
      calls: () => gates.imap.calls() + gates.smtp.calls(),
      async stop() {
        await both(gate => gate.stop())()
        await Promise.all([dovecot.remove(), smtp.remove()])
      }
    }
  }
} satisfies ChannelSpec

/** Our answers; what a connection test sends to the mailbox itself comes back. */
const isOurs = (mail: SinkMail) => !mail.envelope.to.some(to => to.endsWith('@toko.example'))

const plain = (address: string) => address.toLowerCase().replace(/\+[^@]*@/, '@')

async function sentOf(mail: SinkMail): Promise<Sent> {
  const { text = '', attachments } = await simpleParser(mail.raw)
  const answers = mail.headers.get('in-reply-to')
  return {
    remoteId: mail.headers.get('message-id') ?? '',
    to: mail.envelope.to[0] ?? '',
    text,
    ...(answers !== undefined && { answers }),
    files: attachments.map(({ filename = '', size }) => ({ filename, size }))
  }
}

function failuresOf(
  smtp: SmtpSink,
  gate: TcpGate,
  take: (mail: SinkMail) => Promise<void>
): Failure[] {
  const meanwhile = (options: Partial<SmtpSink['options']>) => () => {
    Object.assign(smtp.options, options)
    // A connection that is signed in already would not be asked again.
    gate.cut()
  }
  return [
    {
      name: '535 at the sign-in',
      kinds: ['auth'],
      begin: meanwhile({ auth: { pass: 'sandi-yang-lain' } })
    },
    {
      name: '550 for the recipient',
      kinds: ['permanent'],
      begin: meanwhile({ onRecipient: () => '550 5.1.1 User unknown' })
    },
    {
      name: '450 for the recipient',
      kinds: ['temporary'],
      begin: meanwhile({ onRecipient: () => '450 4.2.0 Greylisted' })
    },
    {
      name: '554 after the text',
      kinds: ['permanent'],
      begin: meanwhile({ onData: () => ({ reject: '554 5.7.1 Looks like spam' }) })
    },
    {
      name: '451 after the text',
      kinds: ['temporary'],
      begin: meanwhile({ onData: () => ({ reject: '451 4.3.0 Try again later' }) })
    },
    { name: 'connection refused', kinds: ['temporary'], begin: () => gate.down() },
    {
      name: 'cut after the last byte',
      kinds: ['unknown_outcome'],
      begin: meanwhile({ onData: mail => take(mail).then(() => 'drop' as const) }),
      isTaken: true
    }
  ]
}
