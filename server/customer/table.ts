import type { Generated, Selectable } from 'kysely'

export interface CustomerTable {
  id: Generated<number>
  name: Generated<string>
  note: Generated<string>
  is_vip: Generated<number>
  is_blocked: Generated<number>
  locale: string | null
  merged_into: number | null
  created_at: number
  last_seen_at: number
}

/** `value` is normalised: lower-case address, E.164 number, or the provider's id. `channel` is who said it. */
export interface IdentityTable {
  id: Generated<number>
  customer_id: number
  kind: 'email' | 'phone' | 'external'
  namespace: Generated<string>
  value: string
  name: string | null
  channel: string
  verified_at: number | null
  unreachable_at: number | null
  unreachable_reason: string | null
  /** Theirs no longer since then, such as a number given up: whoever has it now is somebody else. */
  former_at: number | null
  created_at: number
}

/** "This may be the same person" or "this may belong to #1042", for the agent to decide. */
export interface SuggestionTable {
  id: Generated<number>
  customer_id: number
  other_customer_id: number | null
  conversation_id: number | null
  other_conversation_id: number | null
  reason: 'same_address' | 'same_phone' | 'subject_tag' | 'reference'
  state: Generated<'open' | 'accepted' | 'refused'>
  decided_by: number | null
  created_at: number
  decided_at: number | null
}

export type Customer = Selectable<CustomerTable>
export type IdentityRow = Selectable<IdentityTable>

declare module '../db/schema.ts' {
  interface Tables {
    customer: CustomerTable
    identity: IdentityTable
    suggestion: SuggestionTable
  }
}

declare module '../db/transaction.ts' {
  interface News {
    'customer.changed': { customer: number }
  }
}
