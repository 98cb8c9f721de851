import type { PluginReply } from 'sapa/plugin-api'
import type { AskedByVisitor } from '../chat-route.ts'
import { Refusal } from '../refusal.ts'
import type { ChatDb } from '../table.ts'
import type { ChatTools } from '../tools.ts'
import { missedBy, seqIn } from './history.ts'
import { Listener } from './listener.ts'
import { findHolder } from './visitor.ts'

/** `GET stream`: begins with what came after the last event that the tab knows. */
export async function getStream(
  { db, streams }: ChatTools,
  { widget, holder, hash, request }: AskedByVisitor
): Promise<PluginReply> {
  if (widget.settings.isFormOnly) throw new Refusal('form_only')
  if (streams.isFull) throw new Refusal('too_many', 30_000)
  const last = seqIn(request.headers['last-event-id']) ?? seqIn(request.query['after'])
  const ears = {
    ...{ accountId: widget.account.facts.id, visitorId: holder.visitor.id, hash },
    lastSeq: last ?? 0
  }
  return {
    events(stream) {
      const listener = new Listener(stream, ears, (id, after) => missedBy(db, id, after))
      const forget = streams.add(listener)
      // The end of a line may have come between the question and the answer.
      if (widget.account.signal.aborted) listener.end()
      void pullIfHeld(db, listener)
      return forget
    }
  }
}

/** Between the question and the answer the chat may have been ended, or the token have gone to somebody else. */
async function pullIfHeld(db: ChatDb, listener: Listener): Promise<void> {
  const { accountId, visitorId, hash } = listener.ears
  const holder = await findHolder(db, accountId, hash).catch(() => null)
  if (!holder || holder.isEnded || holder.visitor.id !== visitorId) return listener.end()
  // It may have been told before this tab listened.
  if (holder.visitor.agent_seq > 0) listener.hear({ type: 'read', seq: holder.visitor.agent_seq })
  await listener.pull()
}
