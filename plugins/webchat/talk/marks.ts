import type { DeliveryReceipt } from 'sapa/plugin-api'
import { ingest } from '../ingest.ts'
import type { ChatDb, Visitor } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'
import { answerId } from './deliver.ts'
import { messageId } from './journal.ts'
import { findByPublicId } from './visitor.ts'

/** An agent has read the visitor's messages up to this one. */
export async function markRead(
  { db, streams }: ChatTools,
  widget: Widget,
  publicId: string,
  remoteId: string
): Promise<void> {
  const visitor = await findByPublicId(db, widget.account.facts.id, publicId)
  const start = visitor && messageId(visitor, '')
  if (!visitor || !start || !remoteId.startsWith(start)) return
  const message = await db
    .selectFrom('webchat_message')
    .select('seq')
    .where('visitor_id', '=', visitor.id)
    .where('client_id', '=', remoteId.slice(start.length))
    .executeTakeFirst()
  if (!message || message.seq <= visitor.agent_seq) return
  await db
    .updateTable('webchat_visitor')
    .set({ agent_seq: message.seq })
    .where('id', '=', visitor.id)
    .where('agent_seq', '<', message.seq)
    .execute()
  streams.tell(visitor.id, { type: 'read', seq: message.seq })
}

/** Up to where answers have come and were read. Marks only go forward. */
export async function noteReading(
  { db }: Pick<ChatTools, 'db'>,
  widget: Pick<Widget, 'account'>,
  visitor: Visitor,
  said: { delivered: number; read: number },
  now: Date
): Promise<void> {
  const read = Math.max(visitor.read_seq, said.read)
  const delivered = Math.max(visitor.delivered_seq, said.delivered, read)
  if (read === visitor.read_seq && delivered === visitor.delivered_seq) return
  const from = Math.min(visitor.delivered_seq, visitor.read_seq)
  const answers = await listAnswers(db, visitor.id, from, delivered)
  const at = now.getTime()
  // First the receipts: after a crash they are said again, and the journal takes each once.
  await ingest(
    widget,
    answers.flatMap(({ seq }) => [
      ...(seq > visitor.delivered_seq ? [receipt(seq, 'delivered', at)] : []),
      ...(seq > visitor.read_seq && seq <= read ? [receipt(seq, 'read', at)] : [])
    ])
  )
  // Each on its own: of two tabs one may have got further, and the other have read more.
  await db.transaction().execute(async trx => {
    const own = trx.updateTable('webchat_visitor').where('id', '=', visitor.id)
    await own.set({ delivered_seq: delivered }).where('delivered_seq', '<', delivered).execute()
    await own.set({ read_seq: read }).where('read_seq', '<', read).execute()
  })
}

function receipt(seq: number, status: 'delivered' | 'read', at: number): DeliveryReceipt {
  const ref = { remoteId: answerId(seq) }
  return { type: 'delivery', key: `${status}:${seq}`, at, ref, status }
}

function listAnswers(db: ChatDb, visitorId: number, from: number, to: number) {
  return db
    .selectFrom('webchat_message')
    .select('seq')
    .where('visitor_id', '=', visitorId)
    .where('author', '!=', 'visitor')
    .where('seq', '>', from)
    .where('seq', '<=', to)
    .orderBy('seq')
    .limit(500)
    .execute()
}
