import type { Refusal } from './error.ts'
import type { Template } from './template.ts'

/** A request as the stand-in of Meta reads it; the conformance kit's requests have the same shape. */
export interface Asked {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  /** The beginning of the body. */
  text: string
  /** Bytes of the whole body. */
  size: number
  json: Record<string, unknown> | null
  /** The beginning of the body, as bytes. */
  bytes?: Buffer
}

export interface Answered {
  status?: number
  json?: unknown
  body?: Uint8Array
  headers?: Record<string, string>
}

/** A number of the business and what its owner has set. */
export interface Phone {
  id: string
  waba: string
  /** Digits. */
  number: string
  name: string
  token: string
  /** As the number's fields tell it. */
  status: string
}

export interface Taken {
  id: string
  phone: string
  /** Digits of a number, or the id of a person. */
  to: string
  body: Record<string, unknown>
}

export interface KeptFile {
  id: string
  mime: string
  filename: string
  size: number
  /** Missing where the file was too large to be kept. */
  bytes?: Buffer
  sha256: string
}

export interface Token {
  type: 'SYSTEM_USER' | 'USER'
  /** Seconds; 0: never. */
  expiresAt: number
  scopes: string[]
}

/** Everything that the stand-in of Meta knows. Tests write into it and read from it. */
export interface World {
  appId: string
  appSecret: string
  phones: Phone[]
  tokens: Map<string, Token>
  /** WhatsApp accounts whose calls the app gets. */
  subscribed: Set<string>
  templates: Map<string, Template[]>
  files: Map<string, KeptFile>
  /** Addresses of files, with the time when they end. */
  links: Map<string, { file: string; until: number }>
  linkMs: number
  /** Ids of messages that customers have written. */
  written: Set<string>
  /** Messages that were taken, oldest first. */
  taken: Taken[]
  onTaken?: (taken: Taken) => void
  marks: { phone: string; messageId: string; isTyping: boolean }[]
  /** What the next requests are refused with, in this order. */
  refusals: Refusal[]
  asked: Asked[]
  now(): number
  /** The origin that addresses of files begin with. */
  origin: string
  count: number
}

const allScopes = ['whatsapp_business_messaging', 'whatsapp_business_management']

export function emptyWorld(more: Partial<World> = {}): World {
  const phone: Phone = {
    ...{ id: '109900112233445', waba: '220011223344556', number: '6281190001122' },
    ...{ name: 'Toko Sinar', token: 'EAAG-token-rahasia-4711', status: 'CONNECTED' }
  }
  return {
    appId: '778899001122',
    appSecret: 'rahasia-aplikasi-0815',
    phones: [phone],
    tokens: new Map([[phone.token, { type: 'SYSTEM_USER', expiresAt: 0, scopes: allScopes }]]),
    subscribed: new Set([phone.waba]),
    templates: new Map(),
    files: new Map(),
    links: new Map(),
    linkMs: 5 * 60_000,
    written: new Set(),
    taken: [],
    marks: [],
    refusals: [],
    asked: [],
    now: Date.now,
    origin: '',
    count: 0,
    ...more
  }
}
