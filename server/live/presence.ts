import type { LiveHub } from './hub.ts'

export type PresenceState = 'viewing' | 'replying'

interface Person {
  id: number
  name: string
}

interface Mark extends Person {
  state: PresenceState
  until: number
}

const forgottenAfterMs = 45_000

export interface Presence {
  tell(conversation: number, person: Person, state: PresenceState | 'gone', now: Date): void
  stop(): void
}

/** Who looks at or answers a conversation right now. In memory: a restart forgets it, heartbeats bring it back. */
export function createPresence(live: Pick<LiveHub, 'publish'>): Presence {
  const marks = new Map<number, Map<number, Mark>>()
  const timer = setInterval(() => sweep(Date.now()), 10_000)
  timer.unref()

  function publish(conversation: number): void {
    const people = [...(marks.get(conversation)?.values() ?? [])]
    const shown = people.map(({ id, name, state }) => ({ id, name, state }))
    live.publish([{ topic: 'presence', conversation, people: shown }])
  }

  function sweep(at: number): void {
    for (const [conversation, people] of marks) {
      const before = people.size
      for (const mark of people.values()) if (mark.until <= at) people.delete(mark.id)
      if (people.size < before) publish(conversation)
      if (people.size === 0) marks.delete(conversation)
    }
  }

  return {
    tell(conversation, person, state, now) {
      const people = marks.get(conversation) ?? new Map<number, Mark>()
      const before = people.get(person.id)?.state
      if (state === 'gone') people.delete(person.id)
      else people.set(person.id, { ...person, state, until: now.getTime() + forgottenAfterMs })
      marks.set(conversation, people)
      if (before !== people.get(person.id)?.state) publish(conversation)
    },
    stop: () => clearInterval(timer)
  }
}
