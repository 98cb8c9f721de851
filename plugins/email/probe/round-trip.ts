import { randomBytes } from 'node:crypto'
import type { ImapFlow } from 'imapflow'
import { readFields } from '../imap/key.ts'
import type { MailSettings } from '../mail-settings.ts'
import { domainOf, withPlus } from '../smtp/address.ts'
import type { SmtpTransport } from '../smtp/transport.ts'

const arrivalMs = 30_000
const plusMs = 8_000
const lookMs = 500

export interface RoundTrip {
  isSeen: boolean
  /** Null when it was not tried. */
  isPlusSeen: boolean | null
  isSigned: boolean
}

/** Sends the mailbox two mails, one to a plus-address, and waits until they are there. */
export async function roundTrip(
  transport: SmtpTransport,
  client: ImapFlow,
  settings: MailSettings,
  tests: Set<string>,
  signal: AbortSignal
): Promise<RoundTrip> {
  const { uidNext } = await client.mailboxOpen('INBOX')
  const { address } = settings
  const plussed = withPlus(address, `tes-${randomBytes(4).toString('hex')}`)
  const plain = testMail(address, address, tests)
  const plus = plussed ? testMail(address, plussed, tests) : null
  // Refused by many servers, which is the answer that this one asks for.
  const isPlusTaken =
    plus &&
    (await transport.sendMail(plus).then(
      () => true,
      () => false
    ))
  await transport.sendMail(plain)

  const seen = new Map<string, boolean>()
  const uids: number[] = []
  const look = async () => {
    for (const mail of await findTests(client, uidNext, tests)) {
      if (!seen.has(mail.id)) uids.push(mail.uid)
      seen.set(mail.id, mail.isSigned)
    }
  }
  const isPlain = await until(() => seen.has(plain.messageId), look, arrivalMs, signal)
  const awaitPlus = isPlain && plus && isPlusTaken
  const isPlus = awaitPlus && (await until(() => seen.has(plus.messageId), look, plusMs, signal))
  await removeTests(client, uids)
  return {
    isSeen: isPlain,
    isPlusSeen: isPlain && plus ? Boolean(isPlus) : null,
    isSigned: seen.get(plain.messageId) ?? false
  }
}

function testMail(from: string, to: string, tests: Set<string>) {
  const messageId = `<sapa.test.${randomBytes(12).toString('hex')}@${domainOf(from)}>`
  tests.add(messageId)
  return {
    messageId,
    from: { name: 'Sapa', address: from },
    to: { name: '', address: to },
    envelope: { from, to: [to] },
    subject: 'Sapa: tes koneksi / connection test',
    text: 'Email ini menguji kotak surat dan boleh dihapus.\nThis mail tests the mailbox and may be deleted.\n',
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
  }
}

async function findTests(
  client: ImapFlow,
  from: number,
  tests: Set<string>
): Promise<{ id: string; uid: number; isSigned: boolean }[]> {
  await client.noop()
  const found: { id: string; uid: number; isSigned: boolean }[] = []
  const query = { uid: true, headers: ['message-id', 'dkim-signature'] }
  for await (const mail of client.fetch(`${from}:*`, query, { uid: true })) {
    const fields = readFields(mail.headers ?? Buffer.alloc(0), ['message-id', 'dkim-signature'])
    const id = fields.get('message-id')
    if (mail.uid && id && tests.has(id)) {
      found.push({ id, uid: mail.uid, isSigned: fields.has('dkim-signature') })
    }
  }
  return found
}

/** Only where single mails can be expunged: elsewhere others' deleted mails would go with them. */
async function removeTests(client: ImapFlow, uids: number[]): Promise<void> {
  if (uids.length === 0 || !client.capabilities.has('UIDPLUS')) return
  await client.messageDelete(uids.join(','), { uid: true }).catch(() => false)
}

async function until(
  isThere: () => boolean,
  look: () => Promise<void>,
  ms: number,
  signal: AbortSignal
): Promise<boolean> {
  const deadline = Date.now() + ms
  for (;;) {
    await look()
    if (isThere()) return true
    if (Date.now() > deadline || signal.aborted) return false
    await new Promise(resolve => setTimeout(resolve, lookMs))
  }
}
