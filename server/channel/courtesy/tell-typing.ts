import { findConversation } from '../../conversation/find.ts'
import { findRoute, listReplyRoutes } from '../../conversation/reply/list-routes.ts'
import { findReplyRoute } from '../../conversation/reply/route.ts'
import type { Conversation } from '../../conversation/table.ts'
import { findThreadKey } from '../../conversation/chat/thread-key.ts'
import type { Db } from '../../db/schema.ts'
import type { TypedThread } from '../../plugin-api/channel.ts'
import { tellKindly, type CourtesyTools } from './courtesy.ts'
import { failureOf } from '../failure.ts'

interface Writer {
  id: number
  name: string
  /** Key of the route that they have picked; without it the usual way. */
  route?: string | undefined
}

export interface TypingTeller {
  /** An agent writes a reply just now, or has stopped. Returns at once; of several agents the last one stops it. */
  say(conversationId: number, agent: Writer, isTyping: boolean): void
  stop(): void
}

interface Talk {
  /** Agents who write, the newest last, with how to forget them. */
  writers: Map<number, Omit<Writer, 'id'> & { cancel(): void }>
  /** Where it was said. */
  target: Target | null
  saidAt: number
  isTelling: boolean
}

interface Target {
  account: number
  thread: TypedThread
}

const betweenMs = 3000
const forgottenAfterMs = 6000

/** Tells customers that an agent writes to them, where their channel can show it. */
export function createTypingTeller(tools: CourtesyTools & { reader: Db }): TypingTeller {
  const { reader, sessions, timing, log } = tools
  const talks = new Map<number, Talk>()
  const end = new AbortController()
  const now = () => timing.now().getTime()

  async function settle(id: number, talk: Talk): Promise<void> {
    if (talk.isTelling) return
    talk.isTelling = true
    try {
      while (isDue(talk)) await act(id, talk)
    } catch (error) {
      log.warn({ conversation: id, reason: failureOf(error).text }, 'typing not told')
    } finally {
      talk.isTelling = false
      if (talk.writers.size === 0) timing.after(betweenMs, () => drop(id, talk))
    }
  }

  function isDue({ writers, saidAt, target }: Talk): boolean {
    if (end.signal.aborted) return false
    return writers.size > 0 ? now() - saidAt >= betweenMs : target !== null
  }

  async function act(id: number, talk: Talk): Promise<void> {
    const writer = [...talk.writers.values()].at(-1)
    const before = talk.target
    if (writer) talk.saidAt = now()
    talk.target = writer ? await targetOf(id, writer) : null
    // The answer goes by another channel now.
    if (before && !isSame(before, talk.target)) await tell(before, false)
    if (talk.target) await tell(talk.target, true)
  }

  const tell = ({ account, thread }: Target, isTyping: boolean) =>
    tellKindly(tools, account, end.signal, signal =>
      sessions.session(account)?.typing?.(thread, isTyping, signal)
    )

  /** Where a reply would go; null where nobody can be told. */
  async function targetOf(
    id: number,
    { name, route: picked }: Omit<Writer, 'id'>
  ): Promise<Target | null> {
    const conversation = await findConversation(reader, id)
    if (conversation.is_spam === 1) return null
    const route = picked
      ? await pickedRoute(conversation, picked)
      : await findReplyRoute(reader, conversation, timing.now())
    if (!route || !sessions.session(route.account.id)?.typing) return null
    const { account, to } = route
    const identityId = 'identity' in route ? route.identity.id : route.identityId
    const key = await findThreadKey(reader, conversation, account.id, identityId)
    const thread = {
      ...{ to, conversation: id, author: { name } },
      ...(key === null ? {} : { threadKey: key })
    }
    return { account: account.id, thread }
  }

  async function pickedRoute(conversation: Conversation, key: string) {
    return findRoute(await listReplyRoutes(reader, conversation, timing.now()), key)
  }

  function drop(id: number, talk: Talk): void {
    if (talk.writers.size === 0 && !talk.isTelling && talks.get(id) === talk) talks.delete(id)
  }

  return {
    say(conversationId, agent, isTyping) {
      const known = talks.get(conversationId)
      if (!known && !isTyping) return
      const talk = known ?? { writers: new Map(), target: null, saidAt: 0, isTelling: false }
      talks.set(conversationId, talk)
      talk.writers.get(agent.id)?.cancel()
      talk.writers.delete(agent.id)
      if (isTyping) {
        const forget = () => this.say(conversationId, agent, false)
        const cancel = timing.after(forgottenAfterMs, forget)
        talk.writers.set(agent.id, { name: agent.name, route: agent.route, cancel })
      }
      void settle(conversationId, talk)
    },
    stop() {
      end.abort()
      for (const { writers } of talks.values()) for (const { cancel } of writers.values()) cancel()
    }
  }
}

const isSame = (one: Target, other: Target | null) =>
  one.account === other?.account &&
  one.thread.to.value === other.thread.to.value &&
  one.thread.threadKey === other.thread.threadKey
