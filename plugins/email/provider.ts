/** What a mail provider does in its own way. */
export interface MailHost {
  name: string
  /** Addresses of these domains belong to it. */
  domains: string[]
  /** Mail servers of other domains that it hosts end with this. */
  mx?: string
  imap: string
  /** Name in nodemailer's list of services, or the server itself. */
  smtp: string
  hasPlus: boolean
  /** Files sent mails by itself. */
  keepsSent: boolean
  /** Does not let another envelope sender through. */
  ownsEnvelope: boolean
  /** First word of the Authentication-Results header that its receiving servers write. */
  authserv?: string
  /** Wants a password made for the purpose; the words of the help are in `remedy.ts`. */
  appPassword?: 'google' | 'microsoft' | 'yahoo' | 'icloud' | 'other'
}

/** How fast a server may be asked. Providers count mails per minute; a server of one's own does not. */
export function rateOf(server: string): { perMinute: number; parallel: number } {
  if (/^(localhost|127\.[\d.]+|::1)$/.test(server)) return { perMinute: 60_000, parallel: 4 }
  if (server.endsWith('office365.com')) return { perMinute: 30, parallel: 2 }
  return { perMinute: hostedBy(server) ? 60 : 600, parallel: 2 }
}

const usual = { hasPlus: false, keepsSent: false, ownsEnvelope: false }

export const mailHosts: MailHost[] = [
  {
    ...{ name: 'Gmail', domains: ['gmail.com', 'googlemail.com'], mx: 'google.com' },
    ...{ imap: 'imap.gmail.com', smtp: 'Gmail', authserv: 'mx.google.com' },
    ...{ hasPlus: true, keepsSent: true, ownsEnvelope: true, appPassword: 'google' }
  },
  {
    ...{ name: 'Microsoft 365', domains: [], mx: 'mail.protection.outlook.com' },
    ...{ imap: 'outlook.office365.com', smtp: 'Outlook365' },
    ...{ hasPlus: true, keepsSent: true, ownsEnvelope: true, appPassword: 'microsoft' }
  },
  {
    ...{ name: 'Outlook.com', domains: ['outlook.com', 'hotmail.com', 'live.com', 'msn.com'] },
    ...{ imap: 'outlook.office365.com', smtp: 'Hotmail', mx: 'olc.protection.outlook.com' },
    ...{ hasPlus: true, keepsSent: true, ownsEnvelope: true, appPassword: 'microsoft' }
  },
  {
    ...{ name: 'Yahoo', domains: ['yahoo.com', 'yahoo.co.id', 'ymail.com', 'rocketmail.com'] },
    ...{ mx: 'yahoodns.net', imap: 'imap.mail.yahoo.com', smtp: 'Yahoo' },
    ...{ ...usual, keepsSent: true, ownsEnvelope: true, appPassword: 'yahoo' }
  },
  {
    ...{ name: 'iCloud', domains: ['icloud.com', 'me.com', 'mac.com'], mx: 'mail.icloud.com' },
    ...{ imap: 'imap.mail.me.com', smtp: 'iCloud' },
    ...{ ...usual, hasPlus: true, ownsEnvelope: true, appPassword: 'icloud' }
  },
  {
    ...{ name: 'Zoho', domains: ['zoho.com', 'zohomail.com'], mx: 'zoho.com' },
    ...{ imap: 'imap.zoho.com', smtp: 'Zoho' },
    ...{ ...usual, keepsSent: true, ownsEnvelope: true, appPassword: 'other' }
  },
  {
    ...{ name: 'Fastmail', domains: ['fastmail.com', 'fastmail.fm'], mx: 'messagingengine.com' },
    ...{ imap: 'imap.fastmail.com', smtp: 'FastMail' },
    ...{ ...usual, hasPlus: true, appPassword: 'other' }
  },
  {
    ...{ name: 'Yandex', domains: ['yandex.com', 'yandex.ru'], mx: 'yandex.net' },
    ...{ imap: 'imap.yandex.com', smtp: 'Yandex' },
    ...{ ...usual, hasPlus: true, ownsEnvelope: true, appPassword: 'other' }
  }
]

/** The provider behind a server's name. */
export function hostedBy(server: string): MailHost | undefined {
  const name = server.toLowerCase()
  const ends = (...domains: string[]) =>
    domains.some(domain => name === domain || name.endsWith(`.${domain}`))
  if (ends('gmail.com', 'googlemail.com', 'google.com')) return mailHosts[0]
  if (ends('office365.com', 'outlook.com')) return mailHosts[1]
  return mailHosts.find(({ imap }) => ends(imap.split('.').slice(-2).join('.')))
}
