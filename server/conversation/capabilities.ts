import type { Account } from '../channel/table.ts'
import type { ChannelCapabilities } from '../plugin-api/channel.ts'

/** What the account's channel last said it can do. */
export function capabilitiesOf(account: Pick<Account, 'capabilities'>): ChannelCapabilities {
  return { ...plainest, ...(JSON.parse(account.capabilities) as Partial<ChannelCapabilities>) }
}

/** Of a channel that has not said anything yet: nothing special. */
const plainest: ChannelCapabilities = {
  text: { maxLength: 4096, format: 'plain' },
  hasSubject: false,
  hasCopies: false,
  attachments: { perStep: 0, maxBytes: 0, withText: false },
  startsBy: [],
  sendsNotices: false,
  receipts: { delivered: false, read: false },
  isIdempotent: false,
  rate: { perMinute: 60, parallel: 1 },
  undoSeconds: 0
}
