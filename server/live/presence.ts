import type { LiveEvent, LiveHub } from './hub.ts'

export type PresenceState = 'viewing' | 'replying'

interface Person {
  id: number
  name: string
}

interface Mark extends Person {
  state: PresenceState
  until: number
}

export interface PresenceEvent extends LiveEvent {
  topic: 'presence'
  conversation: number
  people: (Person & { state: PresenceState })[]
}

const forgottenAfterMs = 45_000

export interface Presence {
  tell(conversation: number, person: Person, state: PresenceState | 'gone', now: Date): void
  /** Everybody who is somewhere, for a page that has just been opened. */
  list(): PresenceEvent[]
  /** Told when the first comes to a conversation, and when the last has left it. */
  onWatch(listener: (conversation: number, isWatched: boolean) => void): () => void
  stop(): void
}

/** Who looks at or answers a conversation right now. In memory: a restart forgets it, heartbeats bring it back. */
export function createPresence(live: Pick<LiveHub, 'publish'>): Presence {
  const marks = new Map<number, Map<number, Mark>>()
  const listeners = new Set<(conversation: number, isWatched: boolean) => void>()
  const timer = setInterval(() => sweep(Date.now()), 10_000)
  timer.unref()

  function describe(conversation: number): PresenceEvent {
    const people = [...(marks.get(conversation)?.values() ?? [])]
    const shown = people.map(({ id, name, state }) => ({ id, name, state }))
    return { topic: 'presence', conversation, people: shown }
  }

  const publish = (conversation: number) => live.publish([describe(conversation)])
  const watch = (conversation: number, isWatched: boolean) => {
    for (const listener of listeners) listener(conversation, isWatched)
  }

  function sweep(at: number): void {
    for (const [conversation, people] of marks) {
      const before = people.size
      for (const mark of people.values()) if (mark.until <= at) people.delete(mark.id)
      if (people.size < before) publish(conversation)
      if (people.size === 0) leave(conversation)
    }
  }

  function leave(conversation: number): void {
    if (marks.delete(conversation)) watch(conversation, false)
  }

  return {
    tell(conversation, person, state, now) {
      const known = marks.get(conversation)
      const people = known ?? new Map<number, Mark>()
      const before = people.get(person.id)?.state
      if (state === 'gone') people.delete(person.id)
      else people.set(person.id, { ...person, state, until: now.getTime() + forgottenAfterMs })
      if (people.size > 0) marks.set(conversation, people)
      if (before !== people.get(person.id)?.state) publish(conversation)
      if (people.size === 0) leave(conversation)
      else if (!known) watch(conversation, true)
    },
    list: () => [...marks.keys()].map(describe),
    onWatch(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop: () => clearInterval(timer)
  }
}
