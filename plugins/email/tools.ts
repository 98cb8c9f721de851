import type { AccountContext, SapaContext } from 'sapa/plugin-api'
import type { MailSettings } from './mail-settings.ts'
import type { TokenSource } from './oauth/token.ts'
import type { PlusFindings } from './plus.ts'

export interface OpenAccount {
  account: AccountContext
  settings: MailSettings
  tokens: TokenSource
}

/** What the parts of the plugin share while it is switched on. */
export interface EmailTools {
  sapa: SapaContext
  /** Accounts that are open now, for the sign-in that comes back from Google or Microsoft. */
  open: Map<number, OpenAccount>
  findings: PlusFindings
  tests: Set<string>
}

export function emailTools(sapa: SapaContext): EmailTools {
  const key = (address: string) => `plus:${address.toLowerCase()}`
  const findings: PlusFindings = {
    async get(address) {
      const found = await sapa.values.get(key(address))
      return found === null ? null : found === 'yes'
    },
    set: (address, isArriving) => sapa.values.set(key(address), isArriving ? 'yes' : 'no')
  }
  return { sapa, open: new Map(), findings, tests: new Set() }
}
