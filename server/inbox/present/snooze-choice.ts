import { Temporal } from 'temporal-polyfill'
import type { Translator } from '../../i18n/words.ts'

/** A preset of the snooze menu. */
export interface SnoozeChoice {
  word: string
  /** Milliseconds UTC. */
  until: number
  time: string
}

/** Later today, tomorrow morning, next Monday, in a week: in the reader's time zone. */
export function snoozeChoices(now: Date, words: Translator): SnoozeChoice[] {
  const time = Math.floor(now.getTime() / quarterMs)
  const known = lately.get(words)
  if (known?.time === time) return known.choices
  const choices = choicesAt(now, words)
  lately.set(words, { time, choices })
  return choices
}

/** They stand on whole hours, and zones differ by whole quarters: in one nothing changes. */
const quarterMs = 15 * 60_000
const lately = new WeakMap<Translator, { time: number; choices: SnoozeChoice[] }>()

function choicesAt(now: Date, words: Translator): SnoozeChoice[] {
  const here = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(
    words.timeZone
  )
  const morning = (days: number) => here.add({ days }).with({ ...wholeHour, hour: 9 })
  const choices: [string, Temporal.ZonedDateTime][] = [
    ['snooze.hours', here.add({ hours: 3 }).round(quarter)],
    ['snooze.tomorrow', morning(1)],
    ['snooze.monday', morning(8 - here.dayOfWeek)],
    ['snooze.week', morning(7)]
  ]
  // On a Sunday tomorrow is Monday, on a Monday it is in a week.
  const isNew = (at: Temporal.ZonedDateTime, index: number) =>
    choices.findIndex(([, other]) => other.equals(at)) === index
  const distinct = choices.filter(([, at], index) => isNew(at, index))
  return distinct.map(([word, at]) => ({
    word: words.t(word),
    until: at.epochMilliseconds,
    time: words.dateTime(at.epochMilliseconds)
  }))
}

const wholeHour = { minute: 0, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 }
const quarter = {
  smallestUnit: 'minute',
  roundingIncrement: 15,
  roundingMode: 'ceil'
} as const
