import { extname } from 'node:path'
import type { ChannelCapabilities, ChannelDefinition } from 'sapa/plugin-api'
import { readMailSettings, type MailSettings } from './mail-settings.ts'
import { TokenSource } from './oauth/token.ts'
import { probeMailbox } from './probe/probe.ts'
import { hostedBy, rateOf } from './provider.ts'
import { accountForm } from './settings.ts'
import { openSession } from './session.ts'
import { suggestServers } from './suggest.ts'
import type { EmailTools } from './tools.ts'

const megabyte = 1024 * 1024

export function emailChannel(tools: EmailTools): ChannelDefinition {
  const { sapa, open } = tools
  return {
    type: 'email',
    label: { en: 'Email', id: 'Email' },
    icon: 'mail',
    colorLight: '#55626e',
    colorDark: '#a9b6c2',
    identityKinds: ['email'],
    settings: accountForm,
    connect: [
      {
        label: { en: 'Connect with Google', id: 'Hubungkan dengan Google' },
        path: '/oauth/start',
        when: { field: 'auth', is: ['google'] }
      },
      {
        label: { en: 'Connect with Microsoft', id: 'Hubungkan dengan Microsoft' },
        path: '/oauth/start',
        when: { field: 'auth', is: ['microsoft'] }
      }
    ],
    capabilities: values => capabilities(readMailSettings(values)),
    suggest: (settings, signal) => suggestServers(settings, signal),
    probe: (settings, signal, report) => probeMailbox(tools, settings, signal, report),
    async parse(raw, account) {
      const { parse } = await import('./parse/index.ts')
      return parse(raw, account)
    },
    parseModule: new URL(`./parse/index${extname(import.meta.url)}`, import.meta.url).href,
    async open(account) {
      const settings = readMailSettings(account.settings)
      const tokens = new TokenSource(account, settings, sapa.failure)
      const session = openSession(account, settings, { ...tools, tokens, fail: sapa.failure })
      const entry = { account, settings, tokens }
      open.set(account.facts.id, entry)
      const close = async () => {
        if (open.get(account.facts.id) === entry) open.delete(account.facts.id)
        await session.close()
      }
      return { ...session, close }
    }
  }
}

function capabilities(settings: MailSettings): ChannelCapabilities {
  return {
    text: { maxLength: 500_000, format: 'html' },
    hasSubject: true,
    hasCopies: true,
    attachments: { perStep: 20, maxBytes: 20 * megabyte, withText: true },
    startsBy: ['email'],
    sendsNotices: true,
    receipts: { delivered: false, read: false },
    // Where the provider files sent mail by itself, looking there tells whether it went out.
    tellsBegin: true,
    isIdempotent: hostedBy(settings.smtp.host)?.keepsSent ?? false,
    rate: rateOf(settings.smtp.host),
    undoSeconds: 10
  }
}
