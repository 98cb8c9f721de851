import type { ChannelSpec, Inbound, KitMessage, KitReceipt, KitTools } from 'sapa/plugin-api/test'
import { Visitors, type Item } from './conformance-visitor.ts'

/** The channel is its own provider: its visitors come to it by HTTP, as their panels do. */
export default {
  channel: 'webchat',
  start(kit: KitTools) {
    const visitors = new Visitors(kit)
    return Promise.resolve({
      people: 'external' as const,
      form: account => ({
        ...{ title: `Toko ${account}`, newPerMinute: 10_000 },
        ...{ visitorPerMinute: 6_000, messagesPerMinute: 10_000 }
      }),
      stands: (account, id) => visitors.stands(account, id),
      secrets: () => visitors.tokens,
      inbound: inbound(visitors),
      visit: (items, account) => visitors.bring(items as Item[], account),
      look: () => visitors.look(),
      sent: () => visitors.sent,
      ...{ failures: [], hang: nothing, down: nothing, heal: nothing },
      garble: () => visitors.talkNonsense(),
      calls: () => visitors.calls,
      stop: () => visitors.stop()
    })
  }
} satisfies ChannelSpec

const nothing = () => {}

const inbound = (visitors: Visitors): Inbound => ({
  message: (message): Item => ({ what: 'message', message }),
  press: (press): Item => ({ what: 'press', press }),
  receipt: receiptOf,
  // What no panel can write: there is always a text or a file that can be shown.
  unsupported: (message): Item => ({ what: 'message', message: { ...message, files: [picture] } }),
  broken: (id): Item => ({ what: 'broken', id }),
  files: ['file', 'image', 'video', 'audio'],
  remoteId: id => visitors.remoteIds.get(id) ?? id,
  threadKey: message => visitors.publicId(message.from),
  sender: message => visitors.publicId(message.from)
})

const picture: KitMessage['files'][number] = {
  ...{ kind: 'image', filename: 'struk.png', mime: 'image/png' },
  bytes: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64'
  )
}

/** A panel says what has come and what was read, nothing else. */
const receiptOf = (receipt: KitReceipt): Item | null =>
  receipt.status === 'delivered' || receipt.status === 'read' ? { what: 'receipt', receipt } : null
