import type { Timing } from '../../server/channel/timing.ts'

/** A clock that stands still until the test moves it. */
export interface ManualTiming extends Timing {
  /** Moves the clock, rings what is due in order, and lets everything that follows happen. */
  advance(ms: number): Promise<void>
}

export function manualTiming(start = '2026-11-23T02:00:00Z'): ManualTiming {
  let at = Date.parse(start)
  const alarms = new Set<{ at: number; work: () => void }>()
  const nextDue = (end: number) =>
    [...alarms].filter(alarm => alarm.at <= end).toSorted((a, b) => a.at - b.at)[0]
  return {
    now: () => new Date(at),
    after(ms, work) {
      const alarm = { at: at + ms, work }
      alarms.add(alarm)
      return () => void alarms.delete(alarm)
    },
    async advance(ms) {
      const end = at + ms
      await settle()
      for (let alarm = nextDue(end); alarm; alarm = nextDue(end)) {
        at = Math.max(at, alarm.at)
        alarms.delete(alarm)
        alarm.work()
        await settle()
      }
      at = end
    }
  }
}

/** Lets promises and the database come to rest. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
}
