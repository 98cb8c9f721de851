import type { Generated } from 'kysely'

/** Further ids of the same message: parts of an album, steps of a long one. */
interface MessageAliasTable {
  account_id: number
  remote_id: string
  message_id: number
}

/** What a message said before it was changed, oldest first. */
interface MessageVersionTable {
  id: Generated<number>
  message_id: number
  text: string
  replaced_at: number
}

/** `actor_id` is an identity's or an agent's number. */
interface ReactionTable {
  message_id: number
  actor_kind: 'customer' | 'agent'
  actor_id: number
  /** Who of a group, by the provider's number; empty: the address itself. */
  member: Generated<string>
  member_name: string | null
  emoji: string
  at: number
}

/** When a customer last changed their reactions to a message, also when none is left. */
interface ReactionMarkTable {
  message_id: number
  identity_id: number
  member: Generated<string>
  at: number
}

declare module '../db/schema.ts' {
  interface Tables {
    message_alias: MessageAliasTable
    message_version: MessageVersionTable
    reaction: ReactionTable
    reaction_mark: ReactionMarkTable
  }
}
