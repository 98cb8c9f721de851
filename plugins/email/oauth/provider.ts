import type { MailSettings } from '../mail-settings.ts'

export interface Provider {
  authorizeUrl: string
  tokenUrl: string
  scope: string
  /** What a provider wants besides, to give a refresh token. */
  extra: Record<string, string>
}

/** Fixed addresses: nothing that an account's form or the environment holds decides where a secret is sent. */
export function providerOf(settings: MailSettings): Provider | null {
  if (settings.auth === 'google') return google()
  if (settings.auth === 'microsoft') return microsoft(settings.oauth.tenant)
  return null
}

function google(): Provider {
  return {
    authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    scope: 'https://mail.google.com/',
    extra: { access_type: 'offline', prompt: 'consent' }
  }
}

function microsoft(tenant: string): Provider {
  const base = 'https://login.microsoftonline.com'
  const safe = /^[\w.-]{1,100}$/.test(tenant) ? tenant : 'common'
  return {
    authorizeUrl: `${base}/${safe}/oauth2/v2.0/authorize`,
    tokenUrl: `${base}/${safe}/oauth2/v2.0/token`,
    scope:
      'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access',
    extra: { prompt: 'select_account' }
  }
}
