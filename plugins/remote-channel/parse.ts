import type {
  AccountFacts,
  Identity,
  InboundAttachment,
  InboundEvent,
  ThreadHints
} from 'sapa/plugin-api'
import {
  readItem,
  type ActivityItem,
  type FileItem,
  type MessageItem,
  type ReceiptItem,
  type Sender
} from './item.ts'
import { readSettings, type RemoteSettings } from './settings.ts'

/** Pure: one item as the program gave it, with the moment of its arrival where it named none. */
export function parse(body: Uint8Array, account: AccountFacts): InboundEvent[] {
  const item = readItem(JSON.parse(new TextDecoder().decode(body)))
  const settings = readSettings(account.settings)
  const key = `${item.type}:${item.id}`
  const base = { key, at: item.at ?? 0 }
  if (item.type === 'receipt') return [{ ...base, type: 'delivery', ...receiptOf(item) }]
  if (item.type === 'activity') return [{ ...base, type: 'activity', from: [], ...didOf(item) }]
  const from = identitiesOf(item.from, account.id, settings)
  if (item.type === 'identity') return learned(base, from)
  const thread = item.thread === null ? {} : { threadKey: item.thread }
  if (item.type === 'unsupported') {
    return [{ ...base, type: 'unsupported', remoteId: item.id, from, what: item.what, ...thread }]
  }
  return [
    { ...base, type: 'message', remoteId: item.id, from, ...thread, ...contentOf(item, settings) }
  ]
}

function didOf({ thread, name, text, url }: ActivityItem) {
  return { threadKey: thread, name, text, ...(url === null ? {} : { url }) }
}

/** Whom we know by the first is also the others. */
function learned(base: { key: string; at: number }, all: Identity[]): InboundEvent[] {
  const [from, ...identities] = all
  return from ? [{ ...base, type: 'identity', from, identities }] : []
}

/** The id first: answers go where the program knows its user best. */
function identitiesOf(from: Sender, account: number, { proves }: RemoteSettings): Identity[] {
  const name = from.name === null ? {} : { name: from.name }
  const identities: Identity[] = []
  if (from.id !== null) {
    const namespace = `remote:${account}`
    identities.push({
      kind: 'external',
      value: from.id,
      namespace,
      verified: proves.external,
      ...name
    })
  }
  if (from.phone !== null) {
    const verified = proves.phone && from.phoneVerified
    identities.push({ kind: 'phone', value: from.phone, verified, ...name })
  }
  if (from.email !== null) {
    const verified = proves.email && from.emailVerified
    identities.push({ kind: 'email', value: from.email, verified, ...name })
  }
  return identities
}

function contentOf(item: MessageItem, { channelName }: RemoteSettings) {
  return {
    text: item.text,
    ...(item.subject === null ? {} : { subject: item.subject }),
    ...hintsOf(item),
    ...(item.automatic === null ? {} : { automatic: item.automatic }),
    ...(item.files.length === 0 ? {} : { attachments: item.files.map(attachmentOf) }),
    ...(channelName === '' ? {} : { context: { channel: channelName } })
  }
}

function hintsOf({ inReplyTo, inviteCode }: MessageItem): { hints?: ThreadHints } {
  if (inReplyTo === null && inviteCode === null) return {}
  return {
    hints: {
      ...(inReplyTo === null ? {} : { references: [inReplyTo] }),
      ...(inviteCode === null ? {} : { inviteCode })
    }
  }
}

function attachmentOf(file: FileItem): InboundAttachment {
  const { mime, kind, size, content, upload } = file
  return {
    ...{ mime, kind, size },
    ...(file.filename === null ? {} : { filename: file.filename }),
    ...(content === null ? {} : { content: Buffer.from(content, 'base64') }),
    ...(upload === null ? {} : { ref: upload })
  }
}

function receiptOf({ ref, status, reason }: ReceiptItem) {
  if (reason === null) return { ref, status }
  const { text, code, isPermanent } = reason
  return { ref, status, reason: { text, isPermanent, ...(code === null ? {} : { code }) } }
}
