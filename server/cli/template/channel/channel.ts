import type { ChannelDefinition, SapaContext, Text } from 'sapa/plugin-api'
import { open, probe } from './provider.ts'
import { parse } from './parse.ts'

/** What Sapa has to know of the channel before anybody uses it: data, no behaviour. */
export function channel(sapa: SapaContext): ChannelDefinition {
  const text = (key: string): Text => ({ en: sapa.t('en', key), id: sapa.t('id', key) })
  return {
    type: 'my-channel',
    label: { en: 'My channel', id: 'My channel' },
    icon: 'message-square',
    colorLight: '#0f766e',
    colorDark: '#5eead4',
    hasWebhook: true,
    identityKinds: ['phone'],
    settings: {
      server: { type: 'url', label: text('server'), hint: text('server.hint'), required: true },
      // Left blank it stays as it is, but only while the server is the same.
      token: { type: 'secret', label: text('token'), required: true, boundTo: ['server'] },
      key: { type: 'secret', label: text('key'), hint: text('key.hint'), required: true }
    },
    capabilities: () => ({
      text: { maxLength: 1000, format: 'plain' },
      hasSubject: false,
      hasCopies: false,
      attachments: { perStep: 0, maxBytes: 0, withText: false },
      startsBy: ['phone'],
      sendsNotices: false,
      receipts: { delivered: true, read: true },
      // The provider folds repeats of `ref`; set it to false when yours does not.
      isIdempotent: true,
      rate: { perMinute: 60, parallel: 2 },
      undoSeconds: 5
    }),
    probe: (settings, signal, report) => probe(sapa, settings, signal, report),
    parse,
    open: account => open(sapa, account)
  }
}
