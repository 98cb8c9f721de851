import type { Translator } from '../i18n/words.ts'

const weekMs = 7 * 24 * 60 * 60_000
const minuteMs = 60_000
const dayMs = 24 * 60 * 60_000

/** `3 j lalu`, or the date when it is long past. */
export function ago(at: number, words: Translator, now: Date): string {
  if (now.getTime() - at < minuteMs) return words.t('script.just-now')
  const time = words.relative(at, now)
  return now.getTime() - at >= weekMs ? time : words.t('script.ago', { time })
}

/** The moment itself: the time of today, else the day. */
export function since(at: number, words: Translator, now: Date): string {
  return now.getTime() - at < dayMs ? words.time(at) : words.date(at, now)
}
