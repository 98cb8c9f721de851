import type { AccountFacts, Identity } from 'sapa/plugin-api'
import { isProven } from './authentication.ts'
import type { Mail, Mailbox } from './decode.ts'
import { all, type HeaderLine } from './head.ts'
import { isOwn } from './recipient.ts'
import { listSetting } from './setting.ts'

const maxOthers = 100

export interface Sender {
  from: Identity[]
  replyTo?: Identity
  others: Identity[]
  /** A form on a web site wrote the mail in somebody's name. */
  isRelay: boolean
  isSuspicious: boolean
}

/** Who wrote the mail: the From address, never Reply-To, except for the relays of web forms that the owner named. */
export function senderOf(mail: Mail, head: HeaderLine[], account: AccountFacts): Sender {
  const own = ownOf(account)
  const author = mail.from[0]
  if (!author || mail.from.length > 1 || all(head, 'from').length > 1) {
    return { from: [], others: [], isRelay: false, isSuspicious: true }
  }

  const relays = listSetting(account, 'formRelays')
  const asked = mail.replyTo[0]
  if (asked && relays.includes(author.address.toLowerCase())) {
    return { from: [claimed(asked)], others: [], isRelay: true, isSuspicious: false }
  }

  const trusted = listSetting(account, 'trustedAuthserv')
  const isAnswerElsewhere = asked && !same(asked, author) && !isOwn(asked.address, own)
  return {
    from: [{ ...claimed(author), verified: isProven(head, author.address, trusted) }],
    ...(isAnswerElsewhere && { replyTo: claimed(asked) }),
    others: othersOf(mail, author, own),
    isRelay: false,
    isSuspicious: false
  }
}

/** The account's own addresses, its mailbox included. */
export function ownOf(account: AccountFacts): string[] {
  const mailbox = account.address ? [account.address.toLowerCase()] : []
  return [...new Set([...mailbox, ...account.ownAddresses.map(address => address.toLowerCase())])]
}

export const claimed = ({ address, name }: Mailbox): Identity => ({
  kind: 'email',
  value: address,
  ...(name !== undefined && { name }),
  verified: false
})

function othersOf(mail: Mail, author: Mailbox, own: string[]): Identity[] {
  const seen = new Set([author.address.toLowerCase()])
  const others: Identity[] = []
  for (const mailbox of [...mail.to, ...mail.cc]) {
    const address = mailbox.address.toLowerCase()
    if (seen.has(address) || isOwn(address, own)) continue
    seen.add(address)
    others.push(claimed(mailbox))
  }
  return others.slice(0, maxOthers)
}

const same = (one: Mailbox, other: Mailbox): boolean =>
  one.address.toLowerCase() === other.address.toLowerCase()
