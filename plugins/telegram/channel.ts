import type { ChannelCapabilities, ChannelDefinition } from 'sapa/plugin-api'
import { kinds } from './kinds.ts'
import { leaveBot } from './line/leave.ts'
import { openSession } from './line/session.ts'
import { parse } from './parse/index.ts'
import { probeBot } from './probe.ts'
import { reactions } from './reactions.ts'
import { reasons } from './reasons.ts'
import { accountForm } from './settings.ts'
import type { TelegramTools } from './tools.ts'

const megabyte = 1024 * 1024

export function telegramChannel(tools: TelegramTools): ChannelDefinition {
  const nameOf = ({ id, address }: { id: number; address: string | null }) =>
    tools.names.get(id) ?? address?.replace(/^@/, '') ?? null
  const tooLarge = (size: number) =>
    tools.say('file.tooLarge', { megabytes: Math.ceil(size / megabyte) })
  return {
    type: 'telegram',
    label: { en: 'Telegram', id: 'Telegram' },
    icon: 'glyph-plane',
    colorLight: '#1573a9',
    colorDark: '#6cbdee',
    identityKinds: ['external', 'phone'],
    settings: accountForm,
    reasons,
    kinds,
    capabilities: () => capabilities,
    probe: (settings, signal, report) => probeBot(tools, settings, signal, report),
    parse: (raw, account) => parse(raw, account, tooLarge),
    firstMessage(account) {
      const name = nameOf(account)
      if (name === null) return { text: firstWords('the bot', 'bot') }
      return { text: firstWords(`@${name}`, `@${name}`), url: `https://t.me/${name}` }
    },
    inviteUrl(account, code) {
      const name = nameOf(account)
      return name === null ? null : `https://t.me/${name}?start=${code}`
    },
    open: account => openSession(tools, account),
    leave: account => leaveBot(tools, account)
  }
}

const firstWords = (en: string, id: string) => ({
  en: `Write to ${en} on Telegram now: press Start, or send any text.`,
  id: `Kirim pesan ke ${id} di Telegram sekarang: tekan Mulai, atau kirim teks apa saja.`
})

const capabilities: ChannelCapabilities = {
  text: { maxLength: 4096, format: 'markdown' },
  hasSubject: false,
  hasCopies: false,
  attachments: { perStep: 10, maxBytes: 50 * megabyte, withText: true, maxText: 1024 },
  // A bot never writes first.
  startsBy: [],
  sendsNotices: false,
  // Telegram tells bots nothing of what has arrived or was read.
  receipts: { delivered: false, read: false },
  tellsBegin: true,
  isIdempotent: false,
  rate: { perMinute: 1500, parallel: 10 },
  choices: { most: 12, titleLength: 40 },
  quotes: true,
  reactions: { emojis: [...reactions] },
  edits: { withinHours: 48 },
  removals: { withinHours: 48 },
  undoSeconds: 5
}
