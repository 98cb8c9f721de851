import { days, type WidgetSettings } from '../settings.ts'
import { presenceAt, readSpans, type Presence } from './hours.ts'

interface Kept {
  presence: Presence
  minute: number
}

const kept = new WeakMap<WidgetSettings, Kept>()

/** Asked by every panel, so a minute's answer is kept. */
export function presenceOf(settings: WidgetSettings, timeZone: string, now: Date): Presence {
  const at = now.getTime()
  const known = kept.get(settings)
  const minute = Math.floor(at / 60_000)
  if (known && known.minute === minute) return known.presence
  const presence = find(settings, timeZone, at)
  kept.set(settings, { presence, minute })
  return presence
}

function find({ hours, holidays }: WidgetSettings, timeZone: string, at: number): Presence {
  if (hours.mode === 'always') return { isOpen: true, opensAt: null }
  const week = days.map(day => readSpans(hours.week[day]) ?? [])
  return presenceAt({ timeZone, week, holidays: new Set(holidays) }, at)
}
