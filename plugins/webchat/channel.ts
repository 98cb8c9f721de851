import type { ChannelDefinition, InboundEvent, RawItem } from 'sapa/plugin-api'
import { accountForm } from './form.ts'
import { openSession } from './talk/session.ts'
import type { ChatTools } from './tools.ts'

export function webChannel(tools: ChatTools): ChannelDefinition {
  return {
    type: 'webchat',
    label: { en: 'Web chat', id: 'Chat web' },
    icon: 'message-square',
    colorLight: '#1a6f8a',
    colorDark: '#7fc4dc',
    identityKinds: ['external', 'email', 'phone'],
    settings: accountForm,
    ...{ accountPage: '/widget', tryPage: '/try' },
    firstAccount: { name: { en: 'Web chat', id: 'Chat web' }, settings: {} },
    capabilities: () => ({
      text: { maxLength: 4_000, format: 'plain' },
      hasSubject: false,
      hasCopies: false,
      attachments: { perStep: 10, maxBytes: 10 * 1024 * 1024, withText: true },
      startsBy: [],
      sendsNotices: false,
      receipts: { delivered: true, read: true },
      tellsBegin: true,
      choices: { most: 10, titleLength: 60 },
      isIdempotent: true,
      rate: { perMinute: 6_000, parallel: 20 },
      undoSeconds: 0
    }),
    parse: raw => [readItem(raw)],
    open: account => openSession(tools, account)
  }
}

/** The plugin's own tables are the provider here, so an item is the event itself, as `ingest` wrote it. */
function readItem(raw: RawItem): InboundEvent {
  const event = JSON.parse(new TextDecoder().decode(raw.body)) as InboundEvent
  if (event.key !== raw.key) throw new Error('The item is not what its key says')
  return event
}
