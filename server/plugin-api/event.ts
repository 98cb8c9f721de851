/** What `parse` returns: facts about one raw item, before core decides whose they are. */
export type InboundEvent =
  | InboundMessage
  | DeliveryReceipt
  | Unsupported
  | Activity
  | IdentityChange

export interface Identity {
  kind: 'email' | 'phone' | 'external'
  /** `email`: address in any case. `phone`: any spelling, core makes E.164. `external`: the provider's id. */
  value: string
  /** Scope of an `external` id (`telegram`, a page id). Empty for email and phone. */
  namespace?: string
  name?: string
  /** True only when the channel itself proved it. A verified identity joins its customer, a claimed one only suggests. */
  verified: boolean
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
  /** Small facts for the timeline, such as `{ pageUrl: '…' }`. */
  context?: Record<string, string>
}

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
  reason?: { code?: string; text: string; isPermanent: boolean }
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
}
