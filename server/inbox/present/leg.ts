import type { Entry } from '../timeline/entry.ts'

/** A stretch of the timeline on one channel, account and day. */
export interface Leg<Shown = Entry> {
  key: string
  channel: string | null
  accountId: number | null
  /** Day in the reader's zone, such as 2026-11-20. */
  day: string
  at: number
  entries: Shown[]
}

/**
 * Cuts entries into legs. Notes and events have no channel: they stand in the leg they fall into,
 * or open one without channel when they are the first of their day.
 */
export function legsOf(entries: Entry[], day: (at: number) => string): Leg[] {
  const legs: Leg[] = []
  for (const entry of entries) {
    const leg = legs.at(-1)
    const place = placeOf(entry)
    const entryDay = day(entry.at)
    if (!leg || leg.day !== entryDay) legs.push(newLeg(entry, place, entryDay))
    else if (!place || isSame(leg, place)) leg.entries.push(entry)
    else if (leg.channel === null)
      legs.splice(-1, 1, { ...leg, ...place, key: keyOf(entry), entries: [...leg.entries, entry] })
    else legs.push(newLeg(entry, place, entryDay))
  }
  return legs
}

interface Place {
  channel: string
  accountId: number | null
}

function placeOf(entry: Entry): Place | null {
  if (entry.type === 'event' || entry.kind === 'note' || !entry.channel) return null
  return { channel: entry.channel, accountId: entry.accountId }
}

const isSame = (leg: Leg, place: Place) =>
  leg.channel === place.channel && leg.accountId === place.accountId

const keyOf = (entry: Entry) => `${entry.type}-${entry.id}`

function newLeg(entry: Entry, place: Place | null, day: string): Leg {
  return {
    key: keyOf(entry),
    channel: place?.channel ?? null,
    accountId: place?.accountId ?? null,
    day,
    at: entry.at,
    entries: [entry]
  }
}
