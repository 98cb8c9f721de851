import type { ChannelCapabilities, ChannelDefinition } from 'sapa/plugin-api'
import { parse } from './parse.ts'
import { openSession } from './session.ts'
import { accountForm, readSettings, type RemoteSettings } from './settings.ts'
import type { RemoteTools } from './tools.ts'

export function remoteChannel(tools: RemoteTools): ChannelDefinition {
  return {
    type: 'remote',
    label: { en: 'Remote channel', id: 'Saluran jarak jauh' },
    icon: 'plug',
    colorLight: '#4a5d8f',
    colorDark: '#9fb2e6',
    identityKinds: ['external', 'phone', 'email'],
    settings: accountForm,
    connect: [
      { label: { en: 'Token for the program', id: 'Token untuk program' }, path: '/tokens' }
    ],
    capabilities: values => capabilities(readSettings(values)),
    parse: (raw, account) => parse(raw.body, account),
    inviteUrl: ({ settings }, code) => inviteUrl(readSettings(settings), code),
    open: account => openSession(tools, account)
  }
}

function capabilities(settings: RemoteSettings): ChannelCapabilities {
  const { maxLength, maxBytes, attachmentsOut, startsBy, receipts } = settings
  return {
    text: { maxLength, format: 'plain' },
    hasSubject: false,
    hasCopies: false,
    attachments: { perStep: attachmentsOut ? 10 : 0, maxBytes, withText: true },
    startsBy: startsBy === 'none' ? [] : [startsBy],
    sendsNotices: false,
    receipts: { delivered: receipts !== 'none', read: receipts === 'read' },
    // A step begins with the program's word that it was sent: until then it may be offered again, because
    // the program folds repeats of a clientRef.
    tellsBegin: true,
    isIdempotent: true,
    rate: { perMinute: 600, parallel: 20 },
    undoSeconds: 5
  }
}

/** Null: the account has no link, or one in which the code has no place. */
function inviteUrl({ inviteLink }: RemoteSettings, code: string): string | null {
  return inviteLink.includes('{code}') ? inviteLink.replaceAll('{code}', code) : null
}
