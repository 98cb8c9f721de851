import type { Dispose } from './plugin.ts'

/** A customer as plugins see them. Needs the scope `customers:read`. */
export interface CustomerRecord {
  id: number
  name: string
  isVip: boolean
  isBlocked: boolean
  createdAt: number
  identities: {
    kind: 'email' | 'phone' | 'external'
    value: string
    /** Whose id an external one is, such as an account's; empty for others. */
    namespace?: string
    /** Only a verified identity is surely theirs. */
    isVerified: boolean
  }[]
}

/** Needs the scope `conversations:read`. */
export interface ConversationRecord {
  id: number
  customer: number
  subject: string
  state: string
  channel: string | null
  assignee: number | null
  tags: string[]
  createdAt: number
}

export interface MessageRecord {
  id: number
  kind: string
  channel: string | null
  text: string
  at: number
  isAutomatic: boolean
}

/** What a plugin keeps about a customer must be told and erased when the customer asks. */
export interface PersonalRecords {
  /** Everything that is kept of this customer, as JSON; null when nothing. */
  export(customer: CustomerRecord): Promise<unknown>
  /** Called again until it succeeds. */
  erase(customer: CustomerRecord): Promise<void>
}

/** What `sapa` offers of Sapa's own records; each part needs its scope in `plugin.json`. */
export interface RecordContext {
  readonly customers: {
    /** Null when there is none. Needs `customers:read`. */
    find(id: number): Promise<CustomerRecord | null>
  }
  readonly conversations: {
    /** Null when there is none. Needs `conversations:read`. */
    find(id: number): Promise<ConversationRecord | null>
    /** Newest last. */
    messages(id: number, options?: { limit?: number }): Promise<MessageRecord[]>
    /** An internal note in the plugin's name. Needs `conversations:write`. */
    addNote(id: number, text: string): Promise<void>
    /** Needs `conversations:write`. */
    addTag(id: number, tag: string): Promise<void>
  }
  /** Required when `plugin.json` says `personalData: true`. */
  personal(records: PersonalRecords): Dispose
}
