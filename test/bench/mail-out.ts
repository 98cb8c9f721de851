import { createTransport } from 'nodemailer'
import { sendReply } from '../../server/conversation/reply/send.ts'
import type { Sapa } from '../../server/sapa.ts'
import { startDovecot } from '../support/dovecot.ts'
import { make } from '../support/factory.ts'
import { findProgram } from '../support/require.ts'
import { startSmtp, type SmtpSink } from '../support/smtp-sink.ts'
import { makeFolder, removeFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'
import { furnish, shop } from './mail-server.ts'
import type { Part } from './part.ts'
import { run } from './process.ts'

const count = 400
const text = 'Halo, faktur sudah kami kirim ulang. Mohon dicek kembali. Terima kasih, Toko Sinar.'

/** Answers that wait in the outbox, until a real SMTP server has taken them. */
export const mailOut: Part = {
  name: 'mail-out',
  async measure(_options, tell) {
    if (!findProgram('dovecot')) return console.log('mail-out: left out, there is no dovecot here')
    const dovecot = await startDovecot()
    const arrivals: number[] = []
    const smtp = await startSmtp({ onData: () => void arrivals.push(performance.now()) })
    const dataDir = makeFolder()
    await furnish(dataDir, { imapPort: dovecot.port, smtpPort: smtp.port }, queueReplies)
    const server = await run('server/main.js', '/readyz', { DATA_DIR: dataDir })
    try {
      const sapa = await rate(arrivals)
      await server.stop()
      const bare = await sendBare(smtp, arrivals)
      const budget = { of: 'ratio', atLeast: 0.4 } as const
      tell({ what: 'outbound mails through the outbox', unit: '/s', sapa, bare, budget })
    } finally {
      await server.stop()
      await smtp.remove()
      await dovecot.remove()
      removeFolder(dataDir)
    }
  }
}

async function queueReplies({ db }: Sapa, accountId: number): Promise<void> {
  const now = new Date()
  for (let number = 0; number < count; number++) {
    const value = `budi${number}@pelanggan.example`
    const customer = await make.customer(db)
    const identity = await make.identity(db, { customer_id: customer.id, value })
    const account_id = accountId
    const conversation = await make.conversation(db, { customer_id: customer.id, account_id })
    await make.message(db, {
      ...{ conversation_id: conversation.id, account_id, identity_id: identity.id }
    })
    const reply = { conversationId: conversation.id, agentId: 1, text, undoSeconds: 0 }
    await sendReply(db, reply, now)
  }
}

/** From the first to the last, so that connecting does not count. */
async function rate(arrivals: number[]): Promise<number> {
  const patience = { deadlineMs: 60_000, everyMs: 10, what: `${count} mails` }
  await until(() => arrivals.length >= count, patience)
  return (count - 1) / (((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000)
}

async function sendBare(smtp: SmtpSink, arrivals: number[]): Promise<number> {
  arrivals.length = 0
  const transport = createTransport({
    ...{ pool: true, host: smtp.host, port: smtp.port, ignoreTLS: true },
    ...{ maxConnections: 4, maxMessages: 100, auth: { user: shop, pass: 'test' } }
  })
  const mails = Array.from({ length: count }, (_, number) =>
    transport.sendMail({
      ...{ from: shop, to: `budi${number}@pelanggan.example`, subject: 'Re: Faktur', text },
      html: `<p>${text}</p>`
    })
  )
  await Promise.all(mails)
  transport.close()
  return rate(arrivals)
}
