import type { FilledTemplate } from './template.ts'

/** One request to the provider. Core has already cut it to the channel's declared capabilities. */
export interface OutboundStep {
  /** `action`: something done to a message that is there, see `action`; its `text` is empty. */
  kind: 'message' | 'notice' | 'action'
  /**
   * Stable over retries and resends: `c<conversation>.m<message>.<proof>`, for what `account.relay` repeats
   * `c<conversation>.r<id>.<proof>`, for notices `n<id>.<proof>`, for
   * actions `a<message>.<random>`. An action may come twice: doing it again must change nothing.
   */
  clientRef: string
  attempt: number
  to: Recipient
  cc: Recipient[]
  bcc: Recipient[]
  threadKey?: string
  subject?: string
  text: string
  /** Sanitised HTML of the same text, when the agent's text has a form worth it. */
  html?: string
  attachments: OutboundAttachment[]
  /** The message that this one answers; only where `capabilities.quotes`. */
  quote?: MessageTarget
  /** A message that the provider has approved; only where `capabilities.templates`. `text` is what it will say. */
  template?: FilledTemplate
  /** Answers to tap; only where `capabilities.choices`, elsewhere they are numbered lines of `text`. */
  choices?: Choice[]
  action?: MessageAction
  /** The conversation this belongs to; missing for notices. */
  conversation?: {
    number: number
    replyToken: string
    /** Remote ids of the thread so far, oldest first; the last one is answered. */
    references: string[]
    isFirst: boolean
  }
  /** Who signs it. */
  author?: { name: string }
  /** Written by a rule or a notice: mark it as automatic for the receiving side. */
  isAutomatic: boolean
  /** Unix ms when the step was created: keep as the message's date over retries. */
  createdAt: number
  signal: AbortSignal
  /** Aborted when Sapa begins to stop, 10 s before `signal`: what has not begun can be handed back by `rate_limited`. */
  ending?: AbortSignal
  /**
   * For channels with `tellsBegin`: await it right before the last thing that makes the provider act.
   * Resolves when it is on the disk; rejects when it cannot be kept, and then nothing may be sent.
   */
  begin(): Promise<void>
}

/** A message as its provider knows it. */
export interface MessageTarget {
  remoteId: string
  /** Sent by us. */
  isOurs: boolean
}

export interface Choice {
  /** Comes back as `InboundMessage.choice`. */
  id: string
  title: string
  /** A second line, where the channel shows one. */
  hint?: string
}

export type MessageAction =
  /** `null` takes the reaction back. Only where `capabilities.reactions`. */
  | { type: 'react'; target: MessageTarget; emoji: string | null }
  /** `hasFiles`: the text stands under a file. Only where `capabilities.edits`. */
  | { type: 'edit'; target: MessageTarget; text: string; hasFiles: boolean }
  /** Only where `capabilities.removals`. */
  | { type: 'remove'; target: MessageTarget }

export interface Recipient {
  kind: 'email' | 'phone' | 'external'
  value: string
  name?: string
}

export interface OutboundAttachment {
  filename: string
  mime: string
  size: number
  /** Missing: a plain file. */
  kind?: 'file' | 'image' | 'audio' | 'video' | 'voice' | 'sticker'
  inlineId?: string
  /** Streams the bytes; may be called again on a retry. */
  open(): AsyncIterable<Uint8Array>
}

export interface SendResult {
  /** Provider's id (mail: the Message-ID with angle brackets). */
  remoteId: string
  status: 'accepted' | 'sent' | 'delivered'
  /** Further ids of the same step, such as those of an album: what comes to them comes to this message. */
  otherIds?: string[]
  /** Recipients the provider refused while accepting others. */
  refused?: { value: string; code?: string; text: string; isPermanent: boolean }[]
}

/**
 * Why a request to a provider failed.
 * `rate_limited` wait; `temporary` try again later (surely not sent); `auth` the account needs attention;
 * `permanent` never; `window_closed` not now in this form; `blocked` never to this customer;
 * `unknown_outcome` it may have arrived: never resent by itself.
 */
export type FailureKind =
  | 'rate_limited'
  | 'temporary'
  | 'auth'
  | 'permanent'
  | 'window_closed'
  | 'blocked'
  | 'unknown_outcome'

export interface FailureDetail {
  /** Provider's code, such as `535` or `131047`. */
  code?: string
  retryAfterMs?: number
  scope?: 'account' | 'thread'
}

/** Made by `sapa.failure(…)`; core recognises it by `failure`. */
export interface ChannelFailure extends Error {
  failure: FailureKind
  detail: FailureDetail
}
