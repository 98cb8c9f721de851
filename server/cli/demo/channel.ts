import type { AccountContext, RawItem } from '../../plugin-api/account.ts'
import type { ChannelCapabilities, ChannelDefinition } from '../../plugin-api/channel.ts'
import type { InboundEvent } from '../../plugin-api/event.ts'
import type { OutboundStep } from '../../plugin-api/outbound.ts'
import type { Medium } from './script.ts'

/** Told when an answer of the shop has left, so that its customer can react. */
export type OnSent = (line: AccountContext, step: OutboundStep, remoteId: string) => void

type Chat = Exclude<Medium, 'email'>

type Look = Pick<ChannelDefinition, 'label' | 'icon' | 'colorLight' | 'colorDark'>

const looks: Record<Chat, Look> = {
  whatsapp: look('WhatsApp', 'glyph-round', '#14803f', '#5ccb86'),
  telegram: look('Telegram', 'glyph-plane', '#1573a9', '#6cbdee'),
  marketplace: {
    ...look('Marketplace', 'glyph-bubble', '#0f766e', '#5fd0c3'),
    label: both('Marketplace', 'Lokapasar')
  },
  instagram: look('Instagram', 'glyph-camera', '#a8327a', '#ee8fc8'),
  phone: {
    ...look('Phone', 'glyph-handset', '#8a5a00', '#e0b35c'),
    label: both('Phone & SMS', 'Telepon & SMS')
  }
}

function both(en: string, id: string) {
  return { en, id }
}

function look(name: string, icon: string, colorLight: string, colorDark: string): Look {
  return { label: both(name, name), icon, colorLight, colorDark }
}

export const chats = Object.keys(looks) as Chat[]

/** A channel whose other side is played in this process: nothing leaves the machine. */
export function chatChannel(type: Chat, onSent: OnSent, lines: Lines): ChannelDefinition {
  return {
    type,
    ...looks[type],
    identityKinds: type === 'whatsapp' || type === 'phone' ? ['phone'] : ['external'],
    settings: {},
    capabilities: () => capabilities,
    parse: raw => [JSON.parse(Buffer.from(raw.body).toString('utf8')) as InboundEvent],
    open: account => openLine(account, onSent, lines)
  }
}

/** The open line of each account. */
export type Lines = Map<number, AccountContext>

/** Sends to nobody, after a breath, and tells. */
export async function openLine(account: AccountContext, onSent: OnSent, lines: Lines) {
  lines.set(account.facts.id, account)
  account.state('connected')
  return {
    async send(step: OutboundStep) {
      await new Promise(resolve => setTimeout(resolve, 600))
      const remoteId = `<sapa.${step.clientRef}@sinarelektronik.example>`
      onSent(account, step, remoteId)
      return { remoteId, status: 'sent' as const }
    },
    async close() {
      lines.delete(account.facts.id)
    }
  }
}

export function itemOf(event: InboundEvent): RawItem {
  return { key: event.key, body: Buffer.from(JSON.stringify(event)) }
}

const capabilities: ChannelCapabilities = {
  text: { maxLength: 4000, format: 'plain' },
  hasSubject: false,
  hasCopies: false,
  attachments: { perStep: 1, maxBytes: 16 * 1_048_576, withText: true },
  startsBy: [],
  sendsNotices: false,
  receipts: { delivered: true, read: true },
  isIdempotent: true,
  rate: { perMinute: 600, parallel: 4 },
  undoSeconds: 5
}
