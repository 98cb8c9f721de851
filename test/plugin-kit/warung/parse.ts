import type { AccountFacts, InboundAttachment, InboundEvent, RawItem } from 'sapa/plugin-api'
import { fault } from './fault.ts'

/** One thing as the provider tells it. */
export interface Item {
  type: string
  id: string
  user?: string
  phone?: string
  name?: string
  text?: string
  at: number
  answers?: string
  of?: string
  status?: 'sent' | 'delivered' | 'read' | 'failed'
  reason?: string
  emoji?: string | null
  album?: string
  files?: {
    id: string
    kind: InboundAttachment['kind']
    name: string
    mime: string
    size: number
  }[]
}

function work(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

const seen = new Map<string, number>()

export function parse(raw: RawItem, account: AccountFacts): InboundEvent[] {
  if (fault === 'is slow') work(2)
  const found = JSON.parse(Buffer.from(raw.body).toString()) as Item | Item[]
  return [found].flat().flatMap(item => eventsOf(item, account))
}

function eventsOf(item: Item, account: AccountFacts): InboundEvent[] {
  if (typeof item.id !== 'string' || !Number.isFinite(item.at)) throw new Error('no id or time')
  const base = { key: item.id, at: item.at }
  if (item.type === 'receipt') {
    if (fault === 'loses receipts') return []
    const ref = { remoteId: item.of ?? '' }
    const reason = item.reason && { text: item.reason, isPermanent: true }
    return [
      {
        ...{ ...base, type: 'delivery', ref, status: statusOf(item) },
        ...(reason && fault !== 'hides why it failed' && { reason })
      }
    ]
  }
  const remoteId = item.of ?? ''
  if (item.type === 'edit') return [{ ...base, type: 'edit', remoteId, text: item.text ?? '' }]
  if (item.type === 'deletion') return [{ ...base, type: 'deletion', remoteId }]
  if (item.type === 'reaction') {
    const emojis = item.emoji ? [item.emoji] : []
    return [{ ...base, type: 'reaction', remoteId, from: senderOf(item), emojis }]
  }
  const chat = item.phone ?? item.user ?? ''
  const from = senderOf(item)
  const common = { ...base, remoteId: item.id, from, threadKey: chat }
  if (item.type === 'echo') {
    const echo = { ...common, from: [], others: from, origin: 'business' as const }
    return [{ ...echo, type: 'message', text: item.text ?? '' }]
  }
  if (item.type !== 'message') {
    if (fault === 'is silent about the unknown') return []
    return [{ ...common, type: 'unsupported', what: item.type }]
  }
  if (fault === 'takes ids for the same everywhere') {
    const first = seen.get(item.id) ?? account.id
    seen.set(item.id, first)
    if (first !== account.id) return []
  }
  return [
    {
      ...{ ...common, type: 'message', text: item.text ?? '' },
      ...(fault === 'tells seconds for milliseconds' && { at: item.at / 1000 }),
      ...(item.answers &&
        fault !== 'forgets what is answered' && { hints: { references: [item.answers] } }),
      ...(item.album !== undefined && { albumKey: item.album }),
      attachments: (item.files ?? []).map(file => ({
        ...{ filename: file.name, mime: file.mime, kind: file.kind, size: file.size, ref: file.id }
      }))
    }
  ]
}

function statusOf({ status = 'sent' }: Item) {
  return status === 'read' && fault === 'takes read for delivered' ? 'delivered' : status
}

function senderOf({ phone, user, name }: Item) {
  const more = { verified: true, ...(name !== undefined && { name }) }
  return [
    ...(phone === undefined ? [] : [{ kind: 'phone' as const, value: phone, ...more }]),
    ...(user === undefined
      ? []
      : [{ kind: 'external' as const, namespace: 'warung', value: user, ...more }])
  ]
}
