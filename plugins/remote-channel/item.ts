/** One thing that a program brings. Checked the same way when it comes and when it is parsed. */
export type Item = MessageItem | ReceiptItem | UnsupportedItem | ActivityItem | IdentityItem

interface Base {
  id: string
  at: number | null
}

export interface Sender {
  name: string | null
  id: string | null
  email: string | null
  emailVerified: boolean
  phone: string | null
  phoneVerified: boolean
}

export interface MessageItem extends Base {
  type: 'message'
  from: Sender
  thread: string | null
  subject: string | null
  text: string
  inReplyTo: string | null
  automatic: string | null
  /** What stood in the link of another channel. */
  inviteCode: string | null
  files: FileItem[]
}

export interface FileItem {
  filename: string | null
  mime: string
  kind: (typeof kinds)[number]
  size: number
  /** Base64; else `upload` names what comes by `PUT uploads/<id>`. */
  content: string | null
  upload: string | null
}

export interface ReceiptItem extends Base {
  type: 'receipt'
  ref: { remoteId: string } | { clientRef: string }
  status: (typeof statuses)[number]
  reason: { text: string; code: string | null; isPermanent: boolean } | null
}

export interface UnsupportedItem extends Base {
  type: 'unsupported'
  from: Sender
  thread: string | null
  what: string
}

/** Something that a customer did besides writing. */
export interface ActivityItem extends Base {
  type: 'activity'
  thread: string
  name: string
  text: string
  url: string | null
}

/** More than one address of somebody who has written already. */
export interface IdentityItem extends Base {
  type: 'identity'
  from: Sender
}

/** What is wrong with an item, for the author of the program. */
export class ItemError extends Error {
  readonly code: string
  readonly field: string

  constructor(code: string, field: string, text: string) {
    super(text)
    this.code = code
    this.field = field
  }
}

const maxInlineBytes = 5 * 1024 * 1024
const maxFiles = 20
const types = ['message', 'receipt', 'unsupported', 'activity', 'identity']
const kinds = ['file', 'image', 'audio', 'video', 'voice', 'sticker'] as const
const statuses = ['delayed', 'sent', 'delivered', 'read', 'failed'] as const
export const uploadName = /^[\w.-]{1,100}$/

/** Throws ItemError. */
export function readItem(given: unknown): Item {
  const item = objectOf(given, 'item')
  const id = needed(item, 'id', 200)
  const at = timeOf(item['at'])
  if (item['type'] === 'message') return { type: 'message', id, at, ...message(item) }
  if (item['type'] === 'receipt') return { type: 'receipt', id, at, ...receipt(item) }
  if (item['type'] === 'unsupported') {
    const parts = { from: senderOf(item['from']), thread: optional(item, 'thread', 200) }
    return { type: 'unsupported', id, at, ...parts, what: needed(item, 'what', 200) }
  }
  if (item['type'] === 'activity') return { type: 'activity', id, at, ...activity(item) }
  if (item['type'] === 'identity') return { type: 'identity', id, at, from: severalOf(item) }
  throw new ItemError('invalid', 'type', `type must be one of ${types.join(', ')}`)
}

function message(item: Values): Omit<MessageItem, 'type' | 'id' | 'at'> {
  const files = listOf(item['attachments'], 'attachments', maxFiles).map(fileOf)
  const text = optional(item, 'text', 100_000) ?? ''
  if (text.trim() === '' && files.length === 0) {
    throw new ItemError('invalid', 'text', 'A message needs a text or an attachment')
  }
  return {
    from: senderOf(item['from']),
    thread: optional(item, 'thread', 200),
    subject: optional(item, 'subject', 500),
    text,
    inReplyTo: optional(item, 'inReplyTo', 200),
    automatic: optional(item, 'automatic', 200),
    inviteCode: optional(item, 'inviteCode', 100),
    files
  }
}

function activity(item: Values): Omit<ActivityItem, 'type' | 'id' | 'at'> {
  const url = optional(item, 'url', 2000)
  if (url !== null && !/^https?:\/\//i.test(url)) {
    throw new ItemError('invalid', 'url', 'url must begin with http:// or https://')
  }
  const [thread, name] = [needed(item, 'thread', 200), needed(item, 'name', 60)]
  return { thread, name, text: needed(item, 'text', 300), url }
}

function severalOf(item: Values): Sender {
  const from = senderOf(item['from'])
  const addresses = [from.id, from.phone, from.email].filter(address => address !== null)
  if (addresses.length > 1) return from
  throw new ItemError('invalid', 'from', 'from needs two of id, phone and email')
}

function senderOf(given: unknown): Sender {
  const from = objectOf(given, 'from')
  const sender = {
    name: optional(from, 'name', 200, 'from.'),
    id: optional(from, 'id', 300, 'from.'),
    email: optional(from, 'email', 320, 'from.'),
    emailVerified: from['emailVerified'] === true,
    phone: optional(from, 'phone', 40, 'from.'),
    phoneVerified: from['phoneVerified'] === true
  }
  if (sender.id === null && sender.email === null && sender.phone === null) {
    throw new ItemError('invalid', 'from', 'from needs an id, a phone or an email')
  }
  if (sender.email !== null && !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(sender.email)) {
    throw new ItemError('invalid', 'from.email', 'from.email is no email address')
  }
  return sender
}

function fileOf(given: unknown, index: number): FileItem {
  const field = `attachments.${index}`
  const file = objectOf(given, field)
  const content = optional(file, 'content', Infinity, `${field}.`)
  const upload = optional(file, 'upload', 100, `${field}.`)
  if ((content === null) === (upload === null)) {
    throw new ItemError('invalid', field, `${field} needs either content or upload`)
  }
  if (upload !== null && !uploadName.test(upload)) {
    throw new ItemError('invalid', `${field}.upload`, 'upload may hold letters, digits, _ . and -')
  }
  const kind = file['kind'] ?? 'file'
  if (!isOneOf(kinds, kind)) {
    throw new ItemError('invalid', `${field}.kind`, `kind must be one of ${kinds.join(', ')}`)
  }
  const filename = optional(file, 'filename', 300, `${field}.`)
  const mime = optional(file, 'mime', 150, `${field}.`) ?? 'application/octet-stream'
  const size = content === null ? sizeOf(file['size'], field) : bytesIn(content, field)
  return { filename, mime, kind, size, content, upload }
}

function bytesIn(base64: string, field: string): number {
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw new ItemError('invalid', `${field}.content`, 'content must be base64')
  }
  const size = (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
  if (size <= maxInlineBytes) return size
  throw new ItemError('too_large', `${field}.content`, 'Larger than 5 MB: send it as an upload')
}

function sizeOf(value: unknown, field: string): number {
  if (value === undefined) return 0
  if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value)
  throw new ItemError('invalid', `${field}.size`, 'size must be a number of bytes')
}

function receipt(item: Values): Omit<ReceiptItem, 'type' | 'id' | 'at'> {
  const remoteId = optional(item, 'remoteId', 200)
  const clientRef = optional(item, 'clientRef', 200)
  if ((remoteId === null) === (clientRef === null)) {
    throw new ItemError('invalid', 'remoteId', 'A receipt needs either remoteId or clientRef')
  }
  const { status } = item
  if (!isOneOf(statuses, status)) {
    throw new ItemError('invalid', 'status', `status must be one of ${statuses.join(', ')}`)
  }
  const ref = remoteId === null ? { clientRef: clientRef ?? '' } : { remoteId }
  return { ref, status, reason: item['reason'] === undefined ? null : reasonOf(item['reason']) }
}

function reasonOf(given: unknown): NonNullable<ReceiptItem['reason']> {
  const reason = objectOf(given, 'reason')
  const text = needed(reason, 'text', 500, 'reason.')
  const code = optional(reason, 'code', 50, 'reason.')
  return { text, code, isPermanent: reason['isPermanent'] === true }
}

export type Values = Record<string, unknown>

export function objectOf(given: unknown, field: string): Values {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Values
  throw new ItemError('invalid', field, `${field} must be an object`)
}

function listOf(given: unknown, field: string, most: number): unknown[] {
  if (given === undefined) return []
  if (Array.isArray(given) && given.length <= most) return given as unknown[]
  throw new ItemError('invalid', field, `${field} must be a list of at most ${most}`)
}

export function optional(values: Values, name: string, most: number, above = ''): string | null {
  const value = values[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && value.length <= most) return value
  throw new ItemError('invalid', above + name, `${above}${name} must be a text of at most ${most}`)
}

export function needed(values: Values, name: string, most: number, above = ''): string {
  const value = optional(values, name, most, above)
  if (value !== null && value.trim() !== '') return value
  throw new ItemError('invalid', above + name, `${above}${name} is missing`)
}

function timeOf(value: unknown): number | null {
  if (value === undefined || value === null) return null
  const at = typeof value === 'string' ? Date.parse(value) : value
  if (typeof at === 'number' && Number.isFinite(at) && at > 0 && at < 8.64e15) return Math.round(at)
  throw new ItemError('invalid', 'at', 'at must be milliseconds or an ISO 8601 moment')
}

export function isOneOf<T extends string>(list: readonly T[], value: unknown): value is T {
  return list.includes(value as T)
}
