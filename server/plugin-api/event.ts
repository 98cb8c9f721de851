import type { Text } from './manifest.ts'
import type { FailureKind } from './outbound.ts'

/** What `parse` returns: facts about one raw item, before core decides whose they are. */
export type InboundEvent =
  | InboundMessage
  | DeliveryReceipt
  | Unsupported
  | Activity
  | IdentityChange
  | MessageEdit
  | MessageDeletion
  | Reaction
  | Reachability
  | TemplateChange
  | AccountNews

export interface Identity {
  kind: 'email' | 'phone' | 'external'
  /** `email`: address in any case. `phone`: any spelling, core makes E.164. `external`: the provider's id. */
  value: string
  /** Scope of an `external` id (`telegram`, a page id). Empty for email and phone. */
  namespace?: string
  name?: string
  /** True only when the channel itself proved it. A verified identity joins its customer, a claimed one only suggests. */
  verified: boolean
  /**
   * A person has only one of these in its namespace at a time. When somebody comes with another one and with a
   * phone number that a customer has already, the number has gone to a new owner: they are two people.
   */
  isOnlyOne?: boolean
}

interface InboundBase {
  /** Unique per account: the provider's id of this event. Repeats are dropped. */
  key: string
  /** Provider's time, milliseconds UTC. */
  at: number
}

export interface InboundMessage extends InboundBase {
  type: 'message'
  /** Provider's id of the message (mail: Message-ID with angle brackets). */
  remoteId: string
  /** The sender; several identities of one person (BSUID and phone) are allowed, the reply route first. Empty when nobody can be trusted. */
  from: Identity[]
  /** Where answers go when the sender asked for another address (mail Reply-To). Never an identity of the sender. */
  replyTo?: Identity
  /** Others on the message (mail To and Cc without our own addresses). */
  others?: Identity[]
  /** Groups messages of one chat. Mail leaves it out: threads there are `hints`. */
  threadKey?: string
  hints?: ThreadHints
  subject?: string
  /** Visible text: quotes and signatures folded away. */
  text: string
  /** Whole text, when it is more than `text`. */
  fullText?: string
  /** Visible HTML, unsanitised: core sanitises at write time. */
  html?: string
  /** Whole HTML, when it is more than `html`. */
  fullHtml?: string
  attachments?: InboundAttachment[]
  /** Why this was written by a machine. Nothing automatic is ever sent to an automatic message, and it does not reopen. */
  automatic?: string
  isSpam?: boolean
  /** The sender cannot be believed (two From headers): never treated as an agent, the agent is warned. */
  isSuspicious?: boolean
  /**
   * A forwarded message taken apart. Counts only when `from` is a verified agent: then `text` and `html` in here
   * are what the original sender wrote and `note` is the agent's; for everybody else the message's own text holds.
   */
  forwarded?: { from: Identity; subject?: string; note?: string; text: string; html?: string }
  /** Written by the business itself outside Sapa (phone app, mail program). Default `customer`. */
  origin?: 'customer' | 'business'
  /** Small facts, such as `{ pageUrl: '…' }`. `forwarded` is shown: `once`, `many`, or from whom. */
  context?: Record<string, string>
  /** The one message that this one answers, as the customer's app shows it above the text. */
  quote?: Quote
  /** A button or list entry that was chosen: its `id` as we sent it. Its title is the `text`. */
  choice?: { id: string }
  /** What is no text and no file: places, contact cards, orders, advertisements. */
  cards?: MessageCard[]
  /** Messages of one thread with the same key within a minute are parts of one album: they become one message. */
  albumKey?: string
  /** Who of a group wrote; then `from` is the group itself, and continuity with other channels is off. */
  groupMember?: { name: string }
}

export interface Quote {
  remoteId: string
  /** The quoted words, when only a part was meant or the message is not ours to look up. */
  text?: string
}

/** A card of somebody is not the sender: its numbers and addresses are shown, and never become an identity. */
export type MessageCard =
  | {
      kind: 'place'
      latitude: number
      longitude: number
      name?: string
      address?: string
      url?: string
    }
  | { kind: 'contact'; name: string; phones: string[]; emails: string[]; organisation?: string }
  | {
      kind: 'order'
      items: { name: string; quantity: number; price?: number; currency?: string }[]
      note?: string
    }
  /** Such as the advertisement that led here. `url` is `http` or `https`. */
  | { kind: 'link'; title: string; text?: string; url?: string }

export interface ThreadHints {
  /** Remote ids that this message answers, nearest first. */
  references?: string[]
  /** Client refs of ours found in references (`c1042.m7.3f9a…`), nearest first. */
  clientRefs?: string[]
  /** Reply tokens of ours found in a recipient address, with the conversation they claim. */
  replyTokens?: { conversation: number; token: string }[]
  /** Reference number in the subject (`[#1042]`): believed only from a participant. */
  number?: number
  /** What stood in a link of `account.invite`: whoever brings it goes on in the conversation it was made for. Good once. */
  inviteCode?: string
}

export interface InboundAttachment {
  filename?: string
  mime: string
  kind: 'file' | 'image' | 'audio' | 'video' | 'voice' | 'sticker'
  size: number
  /** The bytes, when the item carried them; else `ref` for `session.media`. */
  content?: Uint8Array
  ref?: string
  /** Content-ID without brackets, when the HTML shows it inline. */
  inlineId?: string
  /** Kept but not listed (S/MIME signature). */
  isHidden?: boolean
}

export interface DeliveryReceipt extends InboundBase {
  type: 'delivery'
  /** What the receipt is about: the provider's id or our client ref. */
  ref: { remoteId: string } | { clientRef: string }
  status: 'delayed' | 'sent' | 'delivered' | 'read' | 'failed'
  /** Address the receipt speaks of, when a message has several recipients. */
  recipient?: string
  /** `failure`: what it means for more than this message, such as `window_closed` or `blocked`. */
  reason?: { code?: string; text: string; isPermanent: boolean; failure?: FailureKind }
}

/** Understood to be something, but not what: shown as a placeholder, raw item kept. */
export interface Unsupported extends InboundBase {
  type: 'unsupported'
  remoteId: string
  from: Identity[]
  threadKey?: string
  what: string
}

/**
 * Something the customer did that is no message: looked at a page, gave a rating. Stands in the timeline as a
 * line; many in a row fold into one. Belongs to the open conversation of the thread; without one it is dropped.
 */
export interface Activity extends InboundBase {
  type: 'activity'
  from: Identity[]
  threadKey?: string
  /** What kind of thing, such as `page`: the same kinds fold together. */
  name: string
  /** One line in the customer's or plugin's words, shown as text. At most 300 characters are kept. */
  text: string
  /** `http` or `https`; shown as a link. */
  url?: string
  /** It is about what has been, as a rating is: then it also stands in a conversation that is closed. */
  isAfterClose?: boolean
}

/**
 * The channel has learned that addresses belong to one person: a shared phone number, a confirmed e-mail, a
 * sign-in on the shop's site. Proven addresses join, and when two customers have them, these become one; claimed ones suggest.
 */
export interface IdentityChange extends InboundBase {
  type: 'identity'
  /** By which the person is known already. */
  from: Identity
  /** What they also have. */
  identities: Identity[]
  /** What is theirs no longer, such as a number given up: kept as a claim, so that its next owner is not taken for them. */
  former?: Identity[]
}

/**
 * A message was changed where it was written. The earlier words are kept as its history. What comes before the
 * message itself waits for it, up to ten minutes.
 */
export interface MessageEdit extends InboundBase {
  type: 'edit'
  /** Of the message that was changed. */
  remoteId: string
  /** Its text as it is now. */
  text: string
}

/** A message was taken back where it was written: its text is no longer shown, agents see that there was one. */
export interface MessageDeletion extends InboundBase {
  type: 'deletion'
  remoteId: string
}

/** The customer's reactions to one message, ours or theirs, as they are now. Opens no window and wakes nobody. */
export interface Reaction extends InboundBase {
  type: 'reaction'
  remoteId: string
  from: Identity[]
  /** Empty: taken back. */
  emojis: string[]
  /** Who of a group reacted; then `from` is the group itself, and each member has reactions of their own. */
  groupMember?: { id: string; name: string }
}

/** An address can no longer be written to by this account, or can be again: the customer has blocked the bot. */
export interface Reachability extends InboundBase {
  type: 'reachability'
  from: Identity
  isReachable: boolean
  /** In words for agents. */
  reason?: Text
}

/** The provider has decided about a template. What is not known yet is asked for again. */
export interface TemplateChange extends InboundBase {
  type: 'template'
  name: string
  language: string
  state: 'approved' | 'pending' | 'rejected' | 'paused' | 'disabled'
  reason?: string
}

/** The provider speaks of the account itself. `problem`: the account needs attention; `notice` is shown beside it. */
export interface AccountNews extends InboundBase {
  type: 'account'
  level: 'notice' | 'problem'
  text: Text
}
