import type SQLite from 'better-sqlite3'
import type { RawItem } from '../../server/plugin-api/account.ts'
import type { InboundMessage } from '../../server/plugin-api/event.ts'

/**
 * The same bytes and the same two waits for the disk with prepared statements alone: the raw items,
 * then whose they are, the conversation, the message, its counters.
 */
export function bareInbound(sqlite: SQLite.Database): (items: RawItem[]) => void {
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = FULL')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('cache_size = -16000')
  const keep = sqlite.prepare(
    `insert into journal (account_id, key, body, size, received_at) values (1, ?, ?, ?, ?)
     on conflict do nothing`
  )
  const finish = sqlite.prepare(`update journal set state = 'done', finished_at = ? where id = ?`)
  const identity = sqlite.prepare(
    `select id, customer_id from identity where kind = 'email' and namespace = '' and value = ?
     and verified_at is not null`
  )
  const chat = sqlite.prepare(
    `select id from conversation where account_id = 1 and thread_key = ?
     order by last_message_at desc limit 1`
  )
  const open = sqlite.prepare(
    `insert into conversation (customer_id, account_id, channel, thread_key, reply_token, last_message_at, created_at)
     values (?, 1, 'kios', ?, ?, ?, ?)`
  )
  const counter = sqlite.prepare(
    `insert into counter (scope, owner, queue, amount) values (?, ?, 'open', 1)
     on conflict do update set amount = amount + 1`
  )
  const join = sqlite.prepare(
    `insert into participant (conversation_id, identity_id, added_at) values (?, ?, ?)
     on conflict do nothing`
  )
  const message = sqlite.prepare(
    `insert into message (conversation_id, account_id, channel, identity_id, kind, text, remote_id,
       journal_id, at, created_at) values (?, 1, 'kios', ?, 'inbound', ?, ?, ?, ?, ?)`
  )
  const touch = sqlite.prepare(
    `update conversation set last_message_id = ?, last_message_at = ?, last_inbound_at = ?, preview = ?,
       message_count = message_count + 1, unanswered_count = unanswered_count + 1,
       waiting_since = coalesce(waiting_since, ?), version = version + 1 where id = ?`
  )
  const journal = sqlite.transaction((items: RawItem[]) =>
    items.map(({ key, body }) => {
      const { lastInsertRowid } = keep.run(key, body, body.byteLength, Date.now())
      return {
        id: lastInsertRowid,
        event: JSON.parse(Buffer.from(body).toString()) as InboundMessage
      }
    })
  )
  const apply = sqlite.transaction((items: ReturnType<typeof journal>) => {
    for (const { id, event } of items) {
      const now = Date.now()
      const who = identity.get(event.from[0]?.value) as { id: number; customer_id: number }
      const known = chat.pluck().get(event.threadKey) as number | undefined
      const token = `${event.key}-token`
      const conversation =
        known ?? open.run(who.customer_id, event.threadKey, token, now, now).lastInsertRowid
      if (known === undefined) {
        counter.run('all', '')
        counter.run('assignee', '')
        counter.run('team', '')
        counter.run('account', '1')
      }
      join.run(conversation, who.id, now)
      const added = message.run(conversation, who.id, event.text, event.remoteId, id, event.at, now)
      const { lastInsertRowid } = added
      touch.run(lastInsertRowid, now, now, event.text, now, conversation)
      finish.run(now, id)
    }
  })
  return items => apply.immediate(journal.immediate(items))
}
