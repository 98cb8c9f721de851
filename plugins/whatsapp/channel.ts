import type { ChannelCapabilities, ChannelDefinition } from 'sapa/plugin-api'
import { firstMessageOf, guideOf } from './config/guide.ts'
import { probeNumber } from './config/probe.ts'
import { reasons } from './config/reasons.ts'
import { accountForm } from './config/settings.ts'
import { kinds } from './parse/kinds.ts'
import { parse } from './parse/index.ts'
import { openSession } from './session.ts'
import type { WhatsAppTools } from './tools.ts'

export function whatsappChannel(tools: WhatsAppTools): ChannelDefinition {
  return {
    type: 'whatsapp',
    label: { en: 'WhatsApp', id: 'WhatsApp' },
    icon: 'glyph-round',
    colorLight: '#14803f',
    colorDark: '#5ccb86',
    identityKinds: ['external', 'phone'],
    settings: accountForm,
    hasWebhook: true,
    capabilities: () => capabilities,
    probe: (settings, signal, report) => probeNumber(tools.sapa, settings, signal, report),
    guide: guideOf,
    firstMessage: firstMessageOf,
    reasons,
    kinds,
    parse,
    open: account => openSession(tools, account)
  }
}

const megabyte = 1024 * 1024

const capabilities: ChannelCapabilities = {
  text: { maxLength: 4096, format: 'markdown' },
  hasSubject: false,
  hasCopies: false,
  attachments: { perStep: 1, maxBytes: 100 * megabyte, withText: true, maxText: 1024 },
  // Only by a template: nobody has written, so no window is open.
  startsBy: ['phone'],
  sendsNotices: false,
  receipts: { delivered: true, read: true },
  tellsBegin: true,
  isIdempotent: false,
  // 80 a second for one number.
  rate: { perMinute: 4800, parallel: 20 },
  window: { hours: 24, outside: 'templates' },
  templates: true,
  // Titles of buttons have 20 signs.
  choices: { most: 10, titleLength: 20 },
  quotes: true,
  reactions: { emojis: [] },
  undoSeconds: 5
}
