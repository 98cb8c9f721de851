import type { Db } from '../db/schema.ts'
import { announce } from '../db/transaction.ts'
import type { SuggestionTable } from './table.ts'

export interface NewSuggestion {
  customerId: number
  otherCustomerId?: number
  conversationId?: number
  otherConversationId?: number
  reason: SuggestionTable['reason']
}

/** A card for the agent: "this may belong together". The same card is never shown twice. */
export async function suggest(trx: Db, suggestion: NewSuggestion, now: Date): Promise<void> {
  if (suggestion.otherCustomerId === suggestion.customerId) return
  if (await isKnown(trx, suggestion)) return
  await trx
    .insertInto('suggestion')
    .values({
      customer_id: suggestion.customerId,
      other_customer_id: suggestion.otherCustomerId ?? null,
      conversation_id: suggestion.conversationId ?? null,
      other_conversation_id: suggestion.otherConversationId ?? null,
      reason: suggestion.reason,
      created_at: now.getTime()
    })
    .execute()
  announce(trx, { topic: 'customer.changed', customer: suggestion.customerId })
}

async function isKnown(trx: Db, suggestion: NewSuggestion): Promise<boolean> {
  const row = await trx
    .selectFrom('suggestion')
    .select('id')
    .where('customer_id', '=', suggestion.customerId)
    .where('other_customer_id', 'is', suggestion.otherCustomerId ?? null)
    .where('conversation_id', 'is', suggestion.conversationId ?? null)
    .where('other_conversation_id', 'is', suggestion.otherConversationId ?? null)
    .where('reason', '=', suggestion.reason)
    .executeTakeFirst()
  return row !== undefined
}
