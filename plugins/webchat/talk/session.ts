import type { AccountContext, ChannelSession } from 'sapa/plugin-api'
import { readSettings } from '../settings.ts'
import type { ChatTools } from '../tools.ts'
import { widgetKey, type Widget } from '../widget.ts'
import { deliver, findSent } from './deliver.ts'
import { openFile } from './file.ts'
import { journalWaiting } from './journal.ts'
import { markRead } from './marks.ts'
import { findByPublicId } from './visitor.ts'

/** One widget while its account is switched on: visitors come to us, so nothing is connected here. */
export async function openSession(
  tools: ChatTools,
  account: AccountContext
): Promise<ChannelSession> {
  const { db, widgets, streams, clock, sapa } = tools
  const { id } = account.facts
  const key = await widgetKey(db, id, clock())
  const widget: Widget = { key, account, settings: readSettings(account.settings) }
  // What a former process took from a visitor and could not hand on.
  await journalWaiting(tools, widget)
  widgets.set(key, widget)
  account.state('connected')
  return {
    send: step => deliver(tools, widget, step),
    findSent: ref => findSent(db, id, ref),
    media: ref => openFile(db, id, ref, sapa.failure),
    async health() {
      return { isOk: true }
    },
    async typing({ to, author }, isTyping) {
      const visitor = await findByPublicId(db, id, to.value)
      if (visitor) streams.tell(visitor.id, { type: 'typing', name: author.name, isTyping })
    },
    markRead: async ({ to, remoteId }) => markRead(tools, widget, to.value, remoteId),
    async close() {
      if (widgets.get(key) === widget) widgets.delete(key)
      streams.endAll(id)
    }
  }
}
