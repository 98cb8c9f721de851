import type { Timing } from '../channel/timing.ts'
import { plainError } from '../plain-error.ts'
import { findChat, type Chat } from '../conversation/chat/find.ts'
import type { Db } from '../db/schema.ts'
import { onCommit } from '../db/transaction.ts'
import type { Logger } from '../plugin-api/account.ts'
import type { LiveEvent, LiveHub } from './hub.ts'
import type { Presence } from './presence.ts'
import { listThreads, threadId } from './thread.ts'

export interface TypingEvent extends LiveEvent {
  topic: 'typing'
  conversation: number
  isTyping: boolean
}

export interface Typing {
  /** A channel says that a customer writes, or has stopped. Cheap: where nobody looks, nothing is asked. */
  hear(accountId: number, threadKey: string, isTyping: boolean): void
  /** Where somebody writes now, for a page that has just been opened. */
  list(): TypingEvent[]
  stop(): void
}

interface Parts {
  db: Db
  reader: Db
  live: Pick<LiveHub, 'publish'>
  presence: Pick<Presence, 'onWatch'>
  timing: Timing
  log: Pick<Logger, 'warn'>
}

/** Somebody writes in one thread. `conversation` is null while it is not known where that belongs. */
interface Burst {
  conversation: number | null
  cancel(): void
}

const forgottenAfterMs = 6000

/** Customers who write just now, in conversations at which somebody looks. In memory, gone with a restart. */
export function createTyping({ db, reader, live, presence, timing, log }: Parts): Typing {
  const threads = new Map<number, string[]>()
  const watched = new Map<string, Set<number>>()
  const bursts = new Map<string, Burst>()
  const failed = (error: unknown) =>
    log.warn({ reason: plainError(error).message }, 'typing not shown')
  const publish = (conversation: number, isTyping: boolean) =>
    live.publish([{ topic: 'typing', conversation, isTyping }])

  function forget(conversation: number): void {
    for (const id of threads.get(conversation) ?? []) {
      const all = watched.get(id)
      all?.delete(conversation)
      if (all?.size === 0) watched.delete(id)
    }
    threads.delete(conversation)
  }

  async function watch(conversation: number): Promise<void> {
    threads.set(conversation, threads.get(conversation) ?? [])
    const ids = await listThreads(reader, conversation)
    // Left while we asked.
    if (!threads.has(conversation)) return
    forget(conversation)
    threads.set(conversation, ids)
    for (const id of ids) {
      watched.set(id, (watched.get(id) ?? new Set()).add(conversation))
      // It was for nobody until now: what comes next asks again.
      if (bursts.get(id)?.conversation === null) end(id)
    }
  }

  function end(id: string): void {
    const burst = bursts.get(id)
    if (!burst) return
    burst.cancel()
    bursts.delete(id)
    if (burst.conversation !== null) publish(burst.conversation, false)
  }

  async function begin(id: string, chat: Chat): Promise<void> {
    const burst: Burst = { conversation: null, cancel: () => {} }
    bursts.set(id, burst)
    prolong(id, burst)
    const conversation = await findChat(reader, chat)
    if (bursts.get(id) !== burst || !conversation) return
    if (!watched.get(id)?.has(conversation.id)) return
    burst.conversation = conversation.id
    publish(conversation.id, true)
  }

  function prolong(id: string, burst: Burst): void {
    burst.cancel()
    burst.cancel = timing.after(forgottenAfterMs, () => end(id))
  }

  const ignoreWatching = presence.onWatch((conversation, isWatched) => {
    if (isWatched) watch(conversation).catch(failed)
    else forget(conversation)
  })
  // What was being written has come; and it may have come by another channel than before.
  const ignoreCommits = onCommit(db, news => {
    for (const item of news) {
      if (item.topic !== 'message.added' || item.kind !== 'inbound') continue
      if (!threads.has(item.conversation)) continue
      for (const id of threads.get(item.conversation) ?? []) end(id)
      watch(item.conversation).catch(failed)
    }
  })

  return {
    hear(accountId, threadKey, isTyping) {
      const id = threadId(accountId, threadKey)
      if (!isTyping) return end(id)
      const burst = bursts.get(id)
      if (burst) prolong(id, burst)
      else if (watched.has(id)) begin(id, { accountId, threadKey }).catch(failed)
    },
    list: () =>
      [...bursts.values()].flatMap(({ conversation }) =>
        conversation === null ? [] : { topic: 'typing' as const, conversation, isTyping: true }
      ),
    stop() {
      ignoreWatching()
      ignoreCommits()
      for (const burst of bursts.values()) burst.cancel()
    }
  }
}
