import { prepared } from '../db/prepared.ts'
import type { Db } from '../db/schema.ts'

/** Who did it. `id` is the agent's id, the customer's id, a plugin's id or a rule's name. */
export interface Actor {
  kind: 'agent' | 'customer' | 'system' | 'plugin'
  id?: string
  /** What a plugin was called then: history outlives it. */
  title?: Title
}

/** A name in both languages. */
export interface Title {
  en: string
  id: string
}

/** One fact about a conversation or a customer, as the timeline tells it. */
export interface Fact {
  /** Past participle, such as `closed`; words key `event.<action>`. */
  action: string
  actor: Actor
  particulars?: Record<string, unknown>
  /** What is told with the same key is told once. */
  key?: string
}

export const system: Actor = { kind: 'system' }

export const agentActor = (id: number): Actor => ({ kind: 'agent', id: String(id) })

/** The only writer of history. False: this key was told already. */
export async function recordEvent(
  trx: Db,
  about: { conversationId?: number; customerId?: number },
  fact: Fact,
  now: Date
): Promise<boolean> {
  const rows = await insert(trx, {
    conversation_id: about.conversationId ?? null,
    customer_id: about.customerId ?? null,
    action: fact.action,
    actor_kind: fact.actor.kind,
    actor_id: fact.actor.id ?? null,
    particulars: JSON.stringify({
      ...fact.particulars,
      ...(fact.actor.title && { actor_title: fact.actor.title })
    }),
    key: fact.key ?? null,
    at: now.getTime()
  })
  return rows.length > 0
}

interface EventRow {
  conversation_id: number | null
  customer_id: number | null
  action: string
  actor_kind: Actor['kind']
  actor_id: string | null
  particulars: string
  key: string | null
  at: number
}

const insert = prepared<EventRow>()((db, value) =>
  db
    .insertInto('event')
    .values({
      conversation_id: value('conversation_id'),
      customer_id: value('customer_id'),
      action: value('action'),
      actor_kind: value('actor_kind'),
      actor_id: value('actor_id'),
      particulars: value('particulars'),
      key: value('key'),
      at: value('at')
    })
    .onConflict(conflict => conflict.doNothing())
    .returning('id')
)
