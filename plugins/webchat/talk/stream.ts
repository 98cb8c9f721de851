import type { PluginReply } from 'sapa/plugin-api'
import type { AskedByVisitor } from '../chat-route.ts'
import { Refusal } from '../refusal.ts'
import type { ChatTools } from '../tools.ts'
import { missedBy, seqIn } from './history.ts'
import { Listener } from './listener.ts'

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
      void listener.pull()
      return forget
    }
  }
}
