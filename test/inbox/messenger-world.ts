import type { Test } from 'tap'
import { addMessage } from '../../server/conversation/add-message.ts'
import { inTransaction } from '../../server/db/transaction.ts'
import type { ChannelCapabilities } from '../../server/plugin-api/channel.ts'
import type { MessageTemplate } from '../../server/plugin-api/template.ts'
import { chatLike, Provider } from '../support/scripted-channel.ts'
import { inboxWorld, type InboxWorld } from './world.ts'

/** Free answers for a day, templates after it. */
const windowed: ChannelCapabilities = {
  ...chatLike,
  text: { maxLength: 4096, format: 'plain' },
  window: { hours: 24, outside: 'templates' },
  templates: true,
  choices: { most: 3, titleLength: 20 },
  quotes: true
}

const free: ChannelCapabilities = {
  ...chatLike,
  text: { maxLength: 4096, format: 'plain' },
  choices: { most: 8, titleLength: 40 },
  quotes: true
}

export interface MessengerWorld extends InboxWorld {
  whatsapp: Contact
  telegram: Contact
  mailAccount: number
  /** The conversation, which began by mail. */
  id: number
  /** The customer writes; returns the number of the message. */
  write(contact: Contact, text: string): Promise<number>
  template(given?: Partial<MessageTemplate>): Promise<void>
}

export interface Contact {
  account: number
  identity: number
  key: string
}

/** One customer on mail, WhatsApp and Telegram; so far they wrote by mail alone. */
export async function messengerWorld(t: Test): Promise<MessengerWorld> {
  const world = await inboxWorld(t)
  const { sapa, db, make, clock } = world
  const looks = { wa: ['WhatsApp', 'glyph-round'], tg: ['Telegram', 'glyph-plane'] } as const
  for (const [type, [label, icon]] of Object.entries(looks)) {
    const channel = new Provider(type === 'wa' ? windowed : free).channel(type)
    const colors = { colorLight: '#14803f', colorDark: '#5ccb86' }
    const look = { ...colors, label: { en: label, id: label }, icon }
    sapa.channels.register({ ...channel, ...look }, 'uji')
  }
  const mail = new Provider().channel('email')
  const letter = { ...mail, label: { en: 'Email', id: 'Email' }, icon: 'glyph-letter' }
  if (!sapa.channels.get('email')) sapa.channels.register(letter, 'uji')
  const id = await world.mail()
  const { customer_id } = await db
    .selectFrom('conversation')
    .select('customer_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()

  async function contact(type: 'wa' | 'tg', who: object): Promise<Contact> {
    const account = await make.account(db, {
      type,
      name: looks[type][0],
      address: null,
      external_id: type,
      capabilities: JSON.stringify(type === 'wa' ? windowed : free)
    })
    const identity = await make.identity(db, { customer_id, channel: type, ...who })
    return {
      account: account.id,
      identity: identity.id,
      key: `${account.id}:${identity.id}`
    }
  }
  const whatsapp = await contact('wa', { kind: 'phone', value: '+6281234567788' })
  const telegram = await contact('tg', {
    ...{ kind: 'external', namespace: 'tg', value: '90210', name: '@ratnakw' }
  })

  async function write({ account, identity }: Contact, text: string): Promise<number> {
    clock.forward(1000)
    const at = clock.now.getTime()
    const channel = account === whatsapp.account ? 'wa' : 'tg'
    const entry = { kind: 'inbound' as const, channel, isVerified: true, text, at }
    const message = await inTransaction(db, trx =>
      addMessage(
        trx,
        id,
        { ...entry, accountId: account, identityId: identity, threadKey: channel },
        clock.now
      )
    )
    return message.id
  }

  async function template(given: Partial<MessageTemplate> = {}): Promise<void> {
    const content = { ...followUp, ...given }
    await db
      .insertInto('message_template')
      .values({
        account_id: whatsapp.account,
        name: content.name,
        language: content.language,
        state: content.state,
        content: JSON.stringify(content),
        synced_at: clock.now.getTime()
      })
      .execute()
  }

  return { ...world, whatsapp, telegram, mailAccount: world.accountId, id, write, template }
}

const followUp: MessageTemplate = {
  name: 'lanjut_laporan',
  language: 'id',
  category: 'utility',
  state: 'approved',
  body: 'Halo {{1}}, kami ingin melanjutkan laporan {{2}}. Boleh balas pesan ini?',
  footer: 'Sinar Elektronik',
  buttons: ['Boleh'],
  fields: [
    { key: '1', part: 'body', type: 'text', example: 'Ibu Ratna' },
    { key: '2', part: 'body', type: 'text', example: '#4821' }
  ]
}
