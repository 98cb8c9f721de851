import type {
  AccountContext,
  ChannelCapabilities,
  ChannelDefinition,
  SapaContext
} from 'sapa/plugin-api'
import { readMailSettings } from './mail-settings.ts'
import { TokenSource } from './oauth/token.ts'
import type { PlusFindings } from './plus.ts'
import { accountForm } from './settings.ts'
import { openSession } from './session.ts'

const megabyte = 1024 * 1024

/** Accounts that are or were open, for the sign-in that comes back from Google or Microsoft. */
export type OpenAccounts = Map<number, { account: AccountContext; tokens: TokenSource }>

export function emailChannel(sapa: SapaContext, open: OpenAccounts): ChannelDefinition {
  const findings = plusFindings(sapa)
  return {
    type: 'email',
    label: { en: 'Email', id: 'Email' },
    icon: 'mail',
    colorLight: '#2b5fb8',
    colorDark: '#8ab4f8',
    identityKinds: ['email'],
    settings: accountForm,
    capabilities: () => capabilities,
    async parse(raw, account) {
      const { parse } = await import('./parse/index.ts')
      return parse(raw, account)
    },
    parseModule: new URL('./parse/index.js', import.meta.url).href,
    async open(account) {
      const settings = readMailSettings(account.settings)
      const tokens = new TokenSource(account, settings, sapa.failure)
      open.set(account.facts.id, { account, tokens })
      return openSession(account, settings, tokens, findings, sapa.failure)
    }
  }
}

const capabilities: ChannelCapabilities = {
  text: { maxLength: 500_000, format: 'html' },
  hasSubject: true,
  hasCopies: true,
  attachments: { perStep: 20, maxBytes: 20 * megabyte, withText: true },
  startsBy: ['email'],
  sendsNotices: true,
  receipts: { delivered: false, read: false },
  isIdempotent: false,
  rate: { perMinute: 60, parallel: 2 },
  undoSeconds: 10
}

function plusFindings({ values }: SapaContext): PlusFindings {
  const key = (address: string) => `plus:${address.toLowerCase()}`
  return {
    async get(address) {
      const found = await values.get(key(address))
      return found === null ? null : found === 'yes'
    },
    set: (address, isArriving) => values.set(key(address), isArriving ? 'yes' : 'no')
  }
}
