import type { ExpressionBuilder } from 'kysely'
import type { Db, Tables } from '../../db/schema.ts'
import type { Sapa } from '../../sapa.ts'
import { createAccount } from '../../channel/account/create.ts'
import { webhookUrl } from '../../channel/line/context.ts'
import type { Account } from '../../channel/table.ts'
import type { Config } from '../../config.ts'
import { chatChannel, chats, openLine, type Lines, type OnSent } from './channel.ts'
import type { Medium } from './script.ts'
import type { Sides } from './side.ts'

export type Accounts = Record<Medium, Account>

/** What the channels without a side of their own need. */
interface Played {
  onSent: OnSent
  lines: Lines
}

const addresses: Record<Medium, [string, string]> = {
  email: ['Layanan', 'layanan@sinarelektronik.example'],
  whatsapp: ['WhatsApp Toko', '+622242001234'],
  telegram: ['Telegram', 'sinarelektronik_bot'],
  marketplace: ['Lokapasar', 'sinar-elektronik'],
  instagram: ['Instagram', 'sinar.elektronik'],
  phone: ['Telepon Dago', '+622242005678']
}

/**
 * All channels with their other side inside this process. E-mail stays the real plugin's, reading and
 * rules included; only its line to the mail servers is replaced.
 */
export async function connectAccounts(
  sapa: Sapa,
  sides: Sides,
  { onSent, lines }: Played,
  now: Date
): Promise<Accounts> {
  const { channels, plugins, db } = sapa
  const mail = channels.get('email')
  if (!mail) throw new Error('The demo needs the bundled e-mail plugin')
  await plugins.deactivate('email')
  channels.register({ ...mail, open: account => openLine(account, onSent, lines) }, 'email')
  for (const type of chats) {
    if (!sides.has(type)) channels.register(chatChannel(type, onSent, lines), 'demo')
  }
  const accounts = {} as Accounts
  for (const type of ['email', ...chats] as const) {
    const [name, address] = addresses[type]
    const form = type === 'email' ? mailForm(address) : {}
    const side = sides.get(type)
    const input = side?.account ?? { name, address, form }
    accounts[type] = await createAccount(db, sapa, { type, ...input }, now)
    side?.connected(webhookUrl(ownUrl(sapa.config), accounts[type]))
  }
  return accounts
}

/** The port of this machine, whatever address visitors use. */
export function ownUrl({ host, port }: Pick<Config, 'host' | 'port'>): string {
  const own = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
  return `http://${own.includes(':') ? `[${own}]` : own}:${port}`
}

/** When the last message came and left, as the lines would have noted it. */
export async function dateAccounts(trx: Db): Promise<void> {
  const last = (kind: 'inbound' | 'outbound') => (eb: ExpressionBuilder<Tables, 'account'>) =>
    eb
      .selectFrom('message')
      .select(one => one.fn.max('message.at').as('at'))
      .whereRef('message.account_id', '=', 'account.id')
      .where('message.kind', '=', kind)
  await trx
    .updateTable('account')
    .set(eb => ({ last_inbound_at: last('inbound')(eb), last_outbound_at: last('outbound')(eb) }))
    .execute()
}

/** The server name is what the customers' mails of the demo bear as checked. */
const mailForm = (address: string) => ({
  address,
  name: 'Sinar Elektronik',
  imapHost: 'imap.sinarelektronik.example',
  smtpHost: 'smtp.sinarelektronik.example',
  trustedAuthserv: ['mx.sinarelektronik.example'],
  signature: 'Sinar Elektronik\nJl. Ir. H. Juanda 112, Bandung'
})
