import type { InboundEvent, RawItem } from 'sapa/plugin-api'

/** What the provider sends; see README.md. */
interface Item {
  type: string
  id: string
  from?: string
  name?: string
  text?: string
  at: number
  of?: string
  status?: string
  reason?: string
}

/**
 * Makes events of one raw item. Pure: no network, no clock, nothing remembered, so that Sapa can
 * run it again after an update. A throw loses nothing: the item is set aside and shown.
 */
export function parse(raw: RawItem): InboundEvent[] {
  const item = JSON.parse(new TextDecoder().decode(raw.body)) as Item
  if (typeof item.at !== 'number') throw new Error('The item has no time')
  const base = { key: `${item.type}:${item.id}`, at: item.at }
  if (item.type === 'receipt') return receipt(item, base)
  if (!item.id || !item.from) throw new Error('The message has no id or no sender')
  // A phone number that the provider vouches for; what a stranger has typed is not verified.
  const sender = { kind: 'phone' as const, value: item.from, verified: true }
  const from = [item.name ? { ...sender, name: item.name } : sender]
  const place = { remoteId: item.id, threadKey: item.from }
  if (item.type !== 'message') {
    return [{ type: 'unsupported', ...base, ...place, from, what: item.type }]
  }
  return [{ type: 'message', ...base, ...place, from, text: item.text ?? '' }]
}

const statuses = ['sent', 'delivered', 'read', 'failed'] as const

function receipt({ of = '', ...item }: Item, base: { key: string; at: number }): InboundEvent[] {
  const status = statuses.find(known => known === item.status)
  // What we do not know yet is no error.
  if (!status || of === '') return []
  const reason = { text: item.reason ?? 'The provider says no more', isPermanent: true }
  return [
    {
      ...{ type: 'delivery', ...base, ref: { remoteId: of }, status },
      ...(status === 'failed' && { reason })
    }
  ]
}
