import type { Db } from '../../db/schema.ts'
import { getSetting } from '../../setting/get.ts'
import { tellKindly, type CourtesyTools } from './courtesy.ts'
import { failureOf } from '../failure.ts'
import { claimReadMark, listUnmarked, type Unmarked } from './read-mark.ts'

export interface ReadTeller {
  /** An agent has seen the conversation up to this message. Returns at once. */
  note(conversationId: number, messageId: number): void
  stop(): Promise<void>
}

type Tools = CourtesyTools & {
  db: Db
  reader: Db
  sessions: CourtesyTools['sessions'] & { able(method: 'markRead'): number[] }
}

/** Tells customers that somebody of us has read what they wrote, once, where their channel can show it. */
export function createReadTeller(tools: Tools): ReadTeller {
  const { db, reader, sessions, timing, log } = tools
  const end = new AbortController()
  const turns = new Map<string, Promise<void>>()

  async function look(conversationId: number, messageId: number): Promise<void> {
    const accounts = sessions.able('markRead')
    if (accounts.length === 0 || !(await getSetting(db, 'showsRead'))) return
    const unmarked = await listUnmarked(reader, { conversationId, messageId, accounts })
    await Promise.all(
      unmarked.map(one => take(`t${one.account}:${one.thread.to.value}`, () => mark(one)))
    )
  }

  /** What fails is not said again: the claim comes first. */
  async function mark(one: Unmarked): Promise<void> {
    if (!(await claimReadMark(db, one, timing.now()))) return
    const { account, thread } = one
    await tellKindly(tools, account, end.signal, signal =>
      sessions.session(account)?.markRead?.(thread, signal)
    )
  }

  /** Turns with one name come one after the other. */
  function take(name: string, work: () => Promise<void>): Promise<void> {
    const turn = (turns.get(name) ?? Promise.resolve())
      .then(() => (end.signal.aborted ? undefined : work()))
      .catch((error: unknown) => log.warn({ reason: failureOf(error).text }, 'not marked as read'))
      .finally(() => turns.get(name) === turn && turns.delete(name))
    turns.set(name, turn)
    return turn
  }

  return {
    note(conversationId, messageId) {
      void take(`c${conversationId}`, () => look(conversationId, messageId))
    },
    async stop() {
      end.abort()
      await Promise.all(turns.values())
    }
  }
}
