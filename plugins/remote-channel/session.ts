import type { AccountContext, ChannelSession } from 'sapa/plugin-api'
import { isTaken, type Ack } from './ack.ts'
import { Presence, type Word } from './presence.ts'
import { Queue } from './queue.ts'
import { readSettings } from './settings.ts'
import { findStep } from './steps.ts'
import type { RemoteTools } from './tools.ts'
import { openUpload } from './upload.ts'

/** What a program said about itself is still so after a restart. */
export const wordKey = (accountId: number) => `state:${accountId}`

/** One account while it is switched on: its program comes to us, so nothing is connected here. */
export async function openSession(
  tools: RemoteTools,
  account: AccountContext
): Promise<ChannelSession> {
  const { sapa, db, open } = tools
  const { id } = account.facts
  const said = await sapa.values.get(wordKey(id))
  const word: Word = said ? (JSON.parse(said) as Word) : { state: 'connected', reason: null }
  const queue = new Queue(db, id, sapa.failure)
  const presence = new Presence(word, (state, reason) => account.state(state, reason))
  const entry = { account, settings: readSettings(account.settings), queue, presence }
  open.set(id, entry)
  return {
    send: step => queue.send(step),
    media: ref => openUpload(db, id, ref, sapa.failure),
    async findSent(clientRef) {
      const ack = (await findStep(db, id, clientRef))?.ack
      const known = ack ? (JSON.parse(ack) as Ack) : null
      return known && isTaken(known) ? { remoteId: known.remoteId } : null
    },
    async health() {
      const { state, reason } = presence.state
      return { isOk: state === 'connected', ...(reason === null ? {} : { detail: reason }) }
    },
    async close() {
      if (open.get(id) === entry) open.delete(id)
      presence.close()
      queue.close()
    }
  }
}
