import type { Generated } from 'kysely'
import type { OutboxState } from '../table.ts'

/** Replies of a conversation that went out once more, to another address of the customer. */
export interface RelayTable {
  id: Generated<number>
  conversation_id: number
  /** The customer's row of the address. */
  identity_id: number | null
  address: string
  status: RelayStatus
  status_reason: string | null
  created_at: number
}

export type RelayStatus = OutboxState | 'partly'

/** Which replies a relay carried: each goes to an address once. */
export interface RelayMessageTable {
  message_id: number
  address: string
  relay_id: number
}

declare module '../../db/schema.ts' {
  interface Tables {
    relay: RelayTable
    relay_message: RelayMessageTable
  }
}
