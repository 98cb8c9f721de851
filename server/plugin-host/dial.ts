import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import type { Agent, buildConnector } from 'undici'
import { isPublicAddress } from './address.ts'

/** The target may not be reached from here. `host` is for the log. */
export class HostRefused extends Error {
  readonly code = 'host_refused'
  readonly host: string

  constructor(host: string, reason: string) {
    super(`${host} ${reason}`)
    this.name = 'HostRefused'
    this.host = host
  }
}

export type Resolve = (
  host: string,
  options: LookupOptions,
  done: (error: Error | null, addresses: LookupAddress[]) => void
) => void

/** Whether the owner has allowed this host although its addresses are private. */
export type IsAllowed = (host: string, port: number) => Promise<boolean>

/**
 * Connections that end only at public addresses. The check stands between name resolution and the
 * socket, so that a name cannot mean another address when it is dialled than when it was checked.
 * Mail channels open their sockets themselves: a mail server on the owner's LAN is legitimate, its
 * host is typed by an admin, and nothing of the answer is shown but the protocol's own refusal.
 */
export async function guardedAgent(
  isAllowed: IsAllowed,
  resolveName: Resolve = resolveAll
): Promise<Agent> {
  const undici = await import('undici')
  return new undici.Agent({
    keepAliveTimeout: 4_000,
    connect: (options, done) => {
      const host = options.hostname.replace(/^\[|\]$/g, '').toLowerCase()
      const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80)
      const dial = (allowed: boolean) => {
        // A literal address is dialled without a lookup.
        const literal = isIP(host) ? [{ address: host, family: isIP(host) }] : []
        const refused = refusalOf(host, literal, allowed)
        if (refused) return done(refused, null)
        return connectorFor(undici.buildConnector, allowed, resolveName)(options, done)
      }
      isAllowed(host, port).then(dial, (error: Error) => done(error, null))
    }
  })
}

function connectorFor(
  build: typeof buildConnector,
  allowed: boolean,
  resolveName: Resolve
): buildConnector.connector {
  return build({
    timeout: 10_000,
    lookup: (name, options, done) => {
      resolveName(name, { ...options, all: true }, (error, addresses) => {
        const refused = error ?? refusalOf(name, addresses, allowed)
        if (refused) return done(refused, [])
        const [first] = addresses
        if (options.all || !first) return done(null, addresses)
        return done(null, first.address, first.family)
      })
    }
  })
}

function refusalOf(host: string, addresses: LookupAddress[], allowed: boolean): Error | null {
  if (allowed || addresses.every(({ address }) => isPublicAddress(address))) return null
  return new HostRefused(host, 'leads to a private address')
}

function resolveAll(
  host: string,
  options: LookupOptions,
  done: (error: Error | null, addresses: LookupAddress[]) => void
): void {
  resolve(host, { ...options, all: true }, done)
}
