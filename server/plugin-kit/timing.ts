import { realTiming, type Timing } from '../channel/timing.ts'

/** Real time that can be moved on: whoever waits for an hour need not take an hour. */
export interface KitTiming extends Timing {
  forward(ms: number): void
}

export function kitTiming(): KitTiming {
  let ahead = 0
  const alarms = new Set<Alarm>()
  const now = () => Date.now() + ahead
  const ring = (alarm: Alarm) => {
    if (!alarms.delete(alarm)) return
    alarm.cancel()
    alarm.work()
  }
  const arm = (alarm: Alarm) => {
    alarm.cancel()
    alarm.cancel = realTiming.after(Math.max(0, alarm.at - now()), () => ring(alarm))
  }
  return {
    now: () => new Date(now()),
    after(ms, work) {
      const alarm: Alarm = { at: now() + ms, work, cancel: () => {} }
      alarms.add(alarm)
      arm(alarm)
      return () => {
        alarms.delete(alarm)
        alarm.cancel()
      }
    },
    forward(ms) {
      ahead += ms
      for (const alarm of alarms) arm(alarm)
    }
  }
}

interface Alarm {
  at: number
  work: () => void
  cancel: () => void
}
