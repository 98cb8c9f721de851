import type { OutboundStep, SendResult } from 'sapa/plugin-api'
import type { ChatDb } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import type { Widget } from '../widget.ts'
import { addFiles, collect } from './file.ts'
import { findByPublicId } from './visitor.ts'

export const answerId = (seq: number) => `a:${seq}`

/** Puts an answer where the visitor sees it, once for each reference, and tells the open panels. */
export async function deliver(
  tools: ChatTools,
  widget: Widget,
  step: OutboundStep
): Promise<SendResult> {
  const { db, sapa, streams, clock } = tools
  const { id: account } = widget.account.facts
  const known = await findSent(db, account, step.clientRef)
  if (known) {
    await step.begin()
    return { ...known, status: 'sent' }
  }
  const visitor = await findByPublicId(db, account, step.to.value)
  if (!visitor) throw sapa.failure('permanent', 'The visitor is no more')
  const files = await Promise.all(step.attachments.map(collect))
  const message = await db.transaction().execute(async trx => {
    const made = await trx
      .insertInto('webchat_message')
      .values({
        ...{ account_id: account, visitor_id: visitor.id, client_ref: step.clientRef },
        author: step.isAutomatic ? 'auto' : 'agent',
        author_name: step.author?.name ?? null,
        ...{ text: step.text, at: step.createdAt },
        choices: step.choices?.length ? JSON.stringify(step.choices) : null
      })
      .onConflict(conflict => conflict.columns(['account_id', 'client_ref']).doNothing())
      .returningAll()
      .executeTakeFirst()
    if (made) await addFiles(trx, made, files, clock())
    return made
  })
  // Only now, because a repeat is folded: what was cut off before may be sent again by itself.
  await step.begin()
  if (message) streams.wake(visitor.id)
  const sent = await findSent(db, account, step.clientRef)
  if (!sent) throw sapa.failure('permanent', 'The visitor is no more')
  return { ...sent, status: streams.isHere(visitor.id) ? 'sent' : 'accepted' }
}

export async function findSent(
  db: ChatDb,
  accountId: number,
  clientRef: string
): Promise<{ remoteId: string } | null> {
  const row = await db
    .selectFrom('webchat_message')
    .select('seq')
    .where('account_id', '=', accountId)
    .where('client_ref', '=', clientRef)
    .executeTakeFirst()
  return row ? { remoteId: answerId(row.seq) } : null
}
