import type { SinkMail } from '../support/smtp-sink.ts'
import type { Journey } from './world.ts'

type Rows = Pick<Journey, 'rows'>

/** Rows of the lists' counters that differ from a recount; none when all is well. */
export function wrongCounters({ rows }: Rows): unknown[] {
  const recount = ['assignee', 'team', 'account'].map(
    scope => `select '${scope}', coalesce(cast(${scope}_id as text), ''), queue, count(*)
              from conversation group by 2, 3`
  )
  return rows(`
    with actual (scope, owner, queue, amount) as (
      select 'all', '', queue, count(*) from conversation group by queue
      union all ${recount.join(' union all ')}),
    kept as (select scope, owner, queue, amount from counter where amount <> 0)
    select * from (select * from kept except select * from actual)
    union all select * from (select * from actual except select * from kept)`)
}

/** Conversations whose own numbers differ from their messages. */
export function wrongConversations({ rows }: Rows): unknown[] {
  return rows(`
    select id, message_count, unanswered_count from conversation where
      message_count <> (select count(*) from message where conversation_id = conversation.id)
      or unanswered_count <> (
        select count(*) from message as waiting
        where conversation_id = conversation.id and kind = 'inbound' and id > coalesce(
          (select max(id) from message
           where conversation_id = conversation.id and kind = 'outbound'), 0))`)
}

/** What SQLite itself finds wrong. */
export function damage({ rows }: Rows): unknown[] {
  const found = rows<{ integrity_check: string }>('pragma integrity_check')
  return [...found.filter(row => row.integrity_check !== 'ok'), ...rows('pragma foreign_key_check')]
}

export interface SentMessage {
  id: number
  conversation_id: number
  client_key: string
  status: string
  state: string
  client_ref: string
  error_text: string | null
}

/** Every answer with its one step. */
export function answersOf({ rows }: Rows): SentMessage[] {
  return rows<SentMessage>(`
    select message.id, conversation_id, client_key, message.status, outbox.state, client_ref, error_text
    from message left join outbox on outbox.message_id = message.id
    where message.kind = 'outbound' order by message.id`)
}

/** How often the mail server took the mail of this answer. */
export function copiesOf(received: SinkMail[], { client_ref }: SentMessage): number {
  const id = `<sapa.${client_ref}@sinar.example>`
  return received.filter(mail => mail.headers.get('message-id') === id).length
}

/** Ids of answers in the order in which the mail server took them, by conversation. */
export function sequences(received: SinkMail[]): Map<number, number[]> {
  const byConversation = new Map<number, number[]>()
  for (const mail of received) {
    const [, conversation, message] =
      /^<sapa\.c(\d+)\.m(\d+)\./.exec(mail.headers.get('message-id') ?? '') ?? []
    const known = byConversation.get(Number(conversation)) ?? []
    byConversation.set(Number(conversation), [...known, Number(message)])
  }
  return byConversation
}

export const isAscending = (numbers: number[]) =>
  numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0))
