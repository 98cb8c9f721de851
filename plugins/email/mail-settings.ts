import type { SettingsValues } from 'sapa/plugin-api'

export type Security = 'tls' | 'starttls' | 'none'
export type AuthKind = 'password' | 'google' | 'microsoft'

export interface Server {
  host: string
  port: number
  security: Security
}

/** One account's form with everything filled in. */
export interface MailSettings {
  address: string
  name: string
  auth: AuthKind
  user: string
  password: string
  imap: Server
  smtp: Server
  folders: string[]
  watchJunk: boolean
  signature: string
  sentCopy: 'auto' | 'on' | 'off'
  plusAddresses: 'auto' | 'on' | 'off'
  maxBytes: number
  oauth: { clientId: string; clientSecret: string; tenant: string; refreshToken: string }
}

/** Reads the form's values; what is missing gets the default of the form. */
export function readMailSettings(values: SettingsValues): MailSettings {
  const text = (key: string, otherwise = '') => readText(values[key]) || otherwise
  const address = text('address').toLowerCase()
  const auth = oneOf(text('auth'), ['google', 'microsoft'], 'password')
  return {
    address,
    name: text('name'),
    auth,
    user: text('user', address),
    password: typeof values['password'] === 'string' ? values['password'] : '',
    imap: readServer(values, 'imap', auth, { tls: 993, starttls: 143, none: 143 }),
    smtp: readServer(values, 'smtp', auth, { tls: 465, starttls: 587, none: 25 }),
    folders: readFolders(values['folders']),
    watchJunk: values['watchJunk'] === true,
    signature: typeof values['signature'] === 'string' ? values['signature'].trim() : '',
    sentCopy: oneOf(text('sentCopy'), ['on', 'off'], 'auto'),
    plusAddresses: oneOf(text('plusAddresses'), ['on', 'off'], 'auto'),
    maxBytes: (Number(values['maxMegabytes']) || 25) * 1024 * 1024,
    oauth: {
      clientId: text('oauthClientId'),
      clientSecret: text('oauthClientSecret'),
      tenant: text('oauthTenant', 'common'),
      refreshToken: text('oauthRefreshToken')
    }
  }
}

/** Where Google and Microsoft listen: a sign-in with them needs no server names. */
const ownServers: Record<'google' | 'microsoft', Record<'imap' | 'smtp', Server>> = {
  google: {
    imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
    smtp: { host: 'smtp.gmail.com', port: 465, security: 'tls' }
  },
  microsoft: {
    imap: { host: 'outlook.office365.com', port: 993, security: 'tls' },
    smtp: { host: 'smtp.office365.com', port: 587, security: 'starttls' }
  }
}

function readServer(
  values: SettingsValues,
  side: 'imap' | 'smtp',
  auth: AuthKind,
  ports: Record<Security, number>
): Server {
  const host = readText(values[`${side}Host`])
  if (!host && auth !== 'password') return ownServers[auth][side]
  const security = oneOf(readText(values[`${side}Security`]), ['starttls', 'none'], 'tls')
  return { host, port: Number(values[`${side}Port`]) || ports[security], security }
}

function readFolders(value: SettingsValues[string]): string[] {
  const typed = Array.isArray(value) ? value.map(line => line.trim()).filter(Boolean) : []
  const lines = typed.map(line => (line.toUpperCase() === 'INBOX' ? 'INBOX' : line))
  return lines.length > 0 ? [...new Set(lines)] : ['INBOX']
}

const readText = (value: SettingsValues[string]): string =>
  typeof value === 'string' ? value.trim() : ''

function oneOf<const T extends string>(value: string, known: readonly T[], otherwise: T): T
function oneOf<const T extends string, const U extends string>(
  value: string,
  known: readonly T[],
  otherwise: U
): T | U
function oneOf(value: string, known: readonly string[], otherwise: string): string {
  return known.includes(value) ? value : otherwise
}
