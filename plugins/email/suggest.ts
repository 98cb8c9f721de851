import type { SettingsValues } from 'sapa/plugin-api'
import { dnsLookup, type Lookup } from './lookup.ts'
import { mailHosts, type MailHost } from './provider.ts'
import { domainOf, envelopeAddress } from './smtp/address.ts'

/** The form with the servers filled in that belong to its address, as far as can be known. */
export async function suggestServers(
  values: SettingsValues,
  signal: AbortSignal,
  lookup: Lookup = dnsLookup(signal)
): Promise<SettingsValues> {
  const typed = typeof values['address'] === 'string' ? values['address'].trim() : ''
  const address = envelopeAddress(typed)
  if (!address) return values
  const domain = domainOf(address).toLowerCase()
  const found =
    (await byDomain(domain)) ??
    (await byMailServer(domain, lookup)) ??
    (await byService(domain, lookup)) ??
    usualServers(domain)
  return { ...values, ...found }
}

/** Services whose two servers are not named alike. */
const imapNames: Record<string, string> = { 'mail.gmx.com': 'imap.gmx.com' }

async function byDomain(domain: string): Promise<SettingsValues | null> {
  const host = mailHosts.find(({ domains }) => domains.includes(domain))
  if (host) return ofHost(host)
  const { default: wellKnown } = await import('nodemailer/lib/well-known')
  const service = wellKnown(domain)
  if (!service || !service.host) return null
  return {
    ...smtp(service.host, Number(service.port) || 587, service.secure === true),
    ...imap(imapNames[service.host] ?? service.host.replace(/^smtp[\w-]*\./, 'imap.'), 993)
  }
}

/** Shops often have their own domain at Google or Microsoft: the MX record tells. */
async function byMailServer(domain: string, lookup: Lookup): Promise<SettingsValues | null> {
  const servers = (await lookup.mx(domain)) ?? []
  const host = mailHosts.find(({ mx }) => servers.some(name => mx && name.endsWith(`.${mx}`)))
  return host ? ofHost(host) : null
}

/** RFC 6186: the domain itself says where its mail is. */
async function byService(domain: string, lookup: Lookup): Promise<SettingsValues | null> {
  const [incoming, submissions, submission] = await Promise.all([
    lookup.srv(`_imaps._tcp.${domain}`),
    lookup.srv(`_submissions._tcp.${domain}`),
    lookup.srv(`_submission._tcp.${domain}`)
  ])
  const [reading] = incoming ?? []
  if (!reading) return null
  const [safe] = submissions ?? []
  const [plain] = submission ?? []
  const sending = safe ?? plain ?? { host: reading.host, port: 465 }
  return {
    ...imap(reading.host, reading.port),
    ...smtp(sending.host, sending.port, sending.port === 465 || sending === safe)
  }
}

/** cPanel, Plesk and DirectAdmin, which most Indonesian hosting companies run, all answer here. */
function usualServers(domain: string): SettingsValues {
  return { ...imap(`mail.${domain}`, 993), ...smtp(`mail.${domain}`, 465, true) }
}

async function ofHost(host: MailHost): Promise<SettingsValues> {
  const { default: wellKnown } = await import('nodemailer/lib/well-known')
  const service = wellKnown(host.smtp)
  return {
    // Microsoft takes no passwords over IMAP any more.
    auth: host.appPassword === 'microsoft' ? 'microsoft' : 'password',
    ...imap(host.imap, 993),
    ...(service &&
      service.host &&
      smtp(service.host, Number(service.port), service.secure === true)),
    ...(host.authserv && { trustedAuthserv: [host.authserv] })
  }
}

const imap = (host: string, port: number): SettingsValues => ({
  imapHost: host,
  imapPort: port,
  imapSecurity: 'tls'
})

const smtp = (host: string, port: number, isTls: boolean): SettingsValues => ({
  smtpHost: host,
  smtpPort: port,
  smtpSecurity: isTls ? 'tls' : 'starttls'
})
