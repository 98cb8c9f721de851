import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccountFacts, InboundEvent, InboundMessage } from 'sapa/plugin-api'
import { parse } from '../parse/index.ts'

/** Tests run compiled, fixtures stay in the source folder. */
const folder = join(process.cwd(), 'plugins/email/test/fixtures')

export const fixture = (name: string): Buffer => readFileSync(join(folder, name))

export const account: AccountFacts = {
  id: 1,
  type: 'email',
  address: 'support@tokosapa.example',
  settings: { trustedAuthserv: ['mx.tokosapa.example'], formRelays: ['noreply@formkirim.example'] },
  ownAddresses: ['support@tokosapa.example']
}

export const read = (
  source: string | Uint8Array,
  facts: AccountFacts = account
): Promise<InboundEvent[]> =>
  parse(
    { key: '1:1', body: typeof source === 'string' ? Buffer.from(source, 'latin1') : source },
    facts
  )

export async function readMessage(
  source: string | Uint8Array,
  facts = account
): Promise<InboundMessage> {
  const [event] = await read(source, facts)
  if (event?.type !== 'message') throw new Error(`A message was expected, not ${event?.type}`)
  return event
}

/** A mail of a customer; header lines given here replace the usual ones. */
export function mail(body: string, headers: Record<string, string> = {}): string {
  const all: Record<string, string> = {
    From: 'Budi Santoso <budi@pelanggan.example>',
    To: 'Toko Sapa <support@tokosapa.example>',
    Subject: 'Faktur belum diterima',
    'Message-ID': '<faktur-1@mail.pelanggan.example>',
    Date: 'Tue, 17 Nov 2026 09:30:11 +0700',
    'MIME-Version': '1.0',
    'Content-Type': 'text/plain; charset=utf-8',
    ...headers
  }
  const head = Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return `${head}\r\n${body.replace(/\r?\n/g, '\r\n')}`
}

export const htmlMail = (body: string, headers: Record<string, string> = {}): string =>
  mail(body, { 'Content-Type': 'text/html; charset=utf-8', ...headers })

/** White space does not count when texts are compared. */
export const squeezed = (text: string | undefined): string =>
  (text ?? '').replace(/\s+/g, ' ').trim()
