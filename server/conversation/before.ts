import type { Conversation } from './table.ts'

const columns = [
  'status',
  'snoozed_until',
  'closed_at',
  'unanswered_count',
  'waiting_since',
  'last_outbound_at'
] as const

/** What a reply changes on its conversation; kept with it for undo. */
export type Before = Pick<Conversation, (typeof columns)[number]>

export function stateBefore(conversation: Conversation): Record<string, string | number | null> {
  return Object.fromEntries(columns.map(column => [column, conversation[column]]))
}
